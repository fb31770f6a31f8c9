import { expect, test } from 'vitest'
import { retrySeconds } from './next-look.ts'

test('waits double with every failure in a row, from ten minutes or six hours up to a week', () => {
  expect([0, 1, 2, 3].map((failures) => retrySeconds(failures, false))).toEqual([600, 1_200, 2_400, 4_800])
  expect([0, 1, 2].map((failures) => retrySeconds(failures, true))).toEqual([21_600, 43_200, 86_400])
  for (const failures of [10, 100, 1_000_000])
    expect([retrySeconds(failures, false), retrySeconds(failures, true)]).toEqual([604_800, 604_800])
})
