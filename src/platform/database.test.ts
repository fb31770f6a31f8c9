import { expect, test } from 'vitest'
import { isDatabaseAway } from './database.ts'

const coded = (code: string): Error => Object.assign(new Error(code), { code })

test.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '57P03', '53300', '08006'])(
  '%s: the database is away',
  (code) => {
    expect(isDatabaseAway(coded(code))).toBe(true)
  },
)

test.each(['23505', '40001', '42601', '57014'])('%s: the database is there and says no', (code) => {
  expect(isDatabaseAway(coded(code))).toBe(false)
})

test('the driver’s own words count, others do not', () => {
  expect(isDatabaseAway(new Error('Connection terminated unexpectedly'))).toBe(true)
  expect(isDatabaseAway(new Error('timeout exceeded when trying to connect'))).toBe(true)
  expect(isDatabaseAway(new Error('Client has encountered a connection error and is not queryable'))).toBe(
    true,
  )
  expect(isDatabaseAway(new Error('order has no payment'))).toBe(false)
  expect(isDatabaseAway('ECONNREFUSED')).toBe(false)
})
