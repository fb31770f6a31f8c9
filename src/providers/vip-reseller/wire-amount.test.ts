import { expect, test } from 'vitest'
import { parseAmount } from './wire-amount.ts'

test.each([
  [20_500, 20_500],
  ['20500', 20_500],
  ['1.500.000', 1_500_000],
  ['1,500,000', 1_500_000],
  ['1.234,56', 1_235],
  ['1,234.56', 1_235],
  ['10250.00', 10_250],
  ['10250.5', 10_251],
  ['-100', -100],
])('%j is %i rupiah', (value, expected) => {
  expect(parseAmount(value)).toBe(expected)
})

test.each(['', 'Rp 100', '1e5', 'NaN', '1.23.4', Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60])(
  '%j is no amount',
  (value) => {
    expect(parseAmount(value)).toBeUndefined()
  },
)
