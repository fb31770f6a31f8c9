import { expect, test } from 'vitest'
import { estimateWait, type AccountCapacity, type Pace } from './estimate-wait.ts'

const HOUR = 3_600
const DAY = 24 * HOUR
/** It is nine in the morning: fifteen hours are left of the day. */
const PACE: Pace = { secondsPerInvite: 10, usualSeconds: 30, dayLeft: 15 * HOUR }

const account = (change: Partial<AccountCapacity> = {}): AccountCapacity => ({
  freeSeats: 100,
  leftToday: 2,
  dailyQuota: 3,
  restsFor: 0,
  freesIn: [],
  ...change,
})

test('who fits into today waits for those before only', () => {
  expect(estimateWait([account()], 1, PACE)).toBe(40)
  expect(estimateWait([account()], 2, PACE)).toBe(50)
  expect(estimateWait([account(), account()], 4, PACE)).toBe(70)
})

test('who does not waits for midnight, or for the one after', () => {
  expect(estimateWait([account()], 3, PACE)).toBe(15 * HOUR + 40)
  expect(estimateWait([account()], 5, PACE)).toBe(15 * HOUR + 60)
  expect(estimateWait([account()], 6, PACE)).toBe(15 * HOUR + DAY + 40)
})

test('an account that rests counts from when it is back', () => {
  expect(estimateWait([account({ restsFor: HOUR })], 1, PACE)).toBe(HOUR + 40)
  expect(estimateWait([account({ restsFor: 20 * HOUR })], 1, PACE)).toBe(20 * HOUR + 40)
})

test('a full account counts when a membership in it ends', () => {
  const full = account({ freeSeats: 0, freesIn: [5 * HOUR, 2 * DAY] })
  expect(estimateWait([full], 1, PACE)).toBe(5 * HOUR + 40)
  expect(estimateWait([full], 2, PACE)).toBe(2 * DAY + 40)
  expect(estimateWait([full], 3, PACE)).toBeUndefined()
})

test('a seat that came free yesterday needs the quota of a day too', () => {
  const busy = account({ freeSeats: 0, leftToday: 0, freesIn: [HOUR] })
  expect(estimateWait([busy], 1, PACE)).toBe(15 * HOUR + 40)
})

test('without accounts nobody is told a time', () => {
  expect(estimateWait([], 1, PACE)).toBeUndefined()
})
