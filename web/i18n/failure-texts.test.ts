import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { failureText, KNOWN_FAILURES } from './failure-texts.ts'

/** Where the sentences are written. */
const SOURCES = [
  'src/orders/fulfil-line.ts',
  'src/orders/settle-line.ts',
  'src/fulfilment/supplier/summarise-purchases.ts',
]
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')

test('every reason with an English sentence is one that an order can carry', () => {
  expect(KNOWN_FAILURES.filter((failure) => !SOURCES.includes(`'${failure}'`))).toEqual([])
})

test('an unknown reason is told in general words to readers of English', () => {
  expect(failureText('Alasan baru.', 'id')).toBe('Alasan baru.')
  expect(failureText('Alasan baru.', 'en')).toMatch(/could not complete/)
})
