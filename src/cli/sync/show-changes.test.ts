import { expect, test } from 'vitest'
import { changeLines } from './show-changes.ts'

const change = { stream: 'products', op: 'update', externalId: 'P-7' } as const

test('a line per field, in the order of their names', () => {
  const fields = { price: [100, 120], active: [true, false], note: [null, 'x'] } as const
  expect(changeLines({ ...change, fields: fields as never })).toEqual([
    '~ ubah/change   products  P-7  active: true → false',
    '~ ubah/change   products  P-7  note: – → "x"',
    '~ ubah/change   products  P-7  price: 100 → 120',
  ])
})

test('a record without fields is one line', () => {
  expect(changeLines({ ...change, op: 'create', fields: {} })).toEqual(['+ baru/new      products  P-7'])
})

test('what a source writes cannot move the cursor, hide text or fill the screen', () => {
  const [line = ''] = changeLines({
    ...change,
    externalId: 'P 7\u001b[2J',
    fields: { name: ['\u202eabc\u009b2J', 'x'.repeat(500)] },
  })
  expect(line).toContain('"P 7\\u001b[2J"')
  expect(line).toContain('"\\u202eabc\\u009b2J"')
  expect(line.length).toBeLessThan(200)
})
