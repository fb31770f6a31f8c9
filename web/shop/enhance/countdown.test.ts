import { expect, test } from 'vitest'
import { formatRemaining } from './countdown.ts'

test.each([
  [899.9, '14:59'],
  [60, '01:00'],
  [0, '00:00'],
  [-5, '00:00'],
  [3661, '1:01:01'],
])('%d seconds read %s', (seconds, text) => {
  expect(formatRemaining(seconds)).toBe(text)
})
