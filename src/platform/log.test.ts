import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createLog } from './log.ts'

/** What a logger writes for one entry. */
function written(entry: object): string {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString())
      done()
    },
  })
  createLog('info', sink).info(entry, 'test')
  return lines.join('')
}

test('whom something belongs to reaches no log, wherever it stands in an object', () => {
  const order = {
    customer_name: 'Ani Wijaya',
    customer_email: 'ani@mail.example',
    customer_phone: '+6281234567890',
  }
  const text = written({
    ...order,
    order,
    work: { order },
    email: 'ani@mail.example',
    message: { phone: '+6281234567890', recipient: 'ani@mail.example' },
  })
  expect(text).not.toMatch(/Ani|ani@|81234567890/)
  expect(text).toContain('[redacted]')
})

test('a row that the database refused is not repeated', () => {
  const error = Object.assign(new Error('new row violates check constraint'), {
    detail: 'Failing row contains (1, ani@mail.example).',
    where: 'unnamed portal parameter $1 = ani@mail.example',
    constraint: 'orders_sum',
  })
  const text = written({ err: error })
  expect(text).not.toContain('ani@')
  expect(text).toContain('orders_sum')
})
