import { expect, test } from 'vitest'
import { parseNumber } from './wire-amount.ts'

test.each([
  [20_100, 20_100],
  [20_100.5, 20_100.5],
  ['20100', 20_100],
  [' 20100 ', 20_100],
  ['20100.00', 20_100],
  ['20100.5', 20_100.5],
  ['0', 0],
])('reads %j', (text, amount) => {
  expect(parseNumber(text)).toBe(amount)
})

test.each([
  '20.100',
  '1.234.567',
  '20,100',
  '20100,00',
  'Rp20100',
  '',
  '-5',
  '1e5',
  '20100.000',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 60,
])('refuses %j', (text) => {
  expect(parseNumber(text)).toBeUndefined()
})
