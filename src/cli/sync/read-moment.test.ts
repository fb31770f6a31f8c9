import { describe, expect, test } from 'vitest'
import { UsageError } from '../command.ts'
import { readRange } from './read-moment.ts'

const NOW = new Date('2026-11-21T03:00:00Z')

test.each([
  ['2026-11-01', '2026-11-01', '2026-10-31T17:00:00.000Z', '2026-11-01T16:59:59.999Z'],
  ['2026-11-01', '2026-11-07', '2026-10-31T17:00:00.000Z', '2026-11-07T16:59:59.999Z'],
  ['2026-11-01T08:30', undefined, '2026-11-01T01:30:00.000Z', '2026-11-21T03:00:00.000Z'],
  ['2026-11-01 08:30:15', '2026-11-02T00:00:00Z', '2026-11-01T01:30:15.000Z', '2026-11-02T00:00:00.000Z'],
  ['2026-11-01T08:30+00:00', '2026-11-02', '2026-11-01T08:30:00.000Z', '2026-11-02T16:59:59.999Z'],
  ['2028-02-29', '2028-02-29', '2028-02-28T17:00:00.000Z', '2028-02-29T16:59:59.999Z'],
])('%s to %s', (from, to, begins, ends) => {
  const range = readRange(from, to, NOW)
  expect([range?.from.toISOString(), range?.to.toISOString()]).toEqual([begins, ends])
})

test('without either there is no range', () => {
  expect(readRange(undefined, undefined, NOW)).toBeUndefined()
})

describe('what is no range is explained with an example', () => {
  test.each([
    ['kemarin', undefined, '2026-11-01T08:30+07:00'],
    ['01-11-2026', undefined, 'whole day in Jakarta'],
    ['2026-11-31', undefined, 'no such day'],
    ['2026-02-29', undefined, 'no such day'],
    ['2026-11-01T25:00', undefined, 'no such day'],
    ['2026-11-01T08:30+7', undefined, '2026-11-01T08:30+07:00'],
    ['', undefined, '2026-11-01'],
    ['2026-11-07', '2026-11-01', 'swap them'],
    ['2026-12-01', undefined, 'in the future'],
    [undefined, '2026-11-07', '--from 2026-11-01 --to 2026-11-07'],
  ])('%s to %s', (from, to, words) => {
    expect(() => readRange(from, to, NOW)).toThrow(UsageError)
    expect(() => readRange(from, to, NOW)).toThrow(words)
  })
})
