import { expect, test } from 'vitest'
import type { Payment } from './payment.ts'
import { nextPollAt } from './poll-plan.ts'

const CREATED = new Date('2026-03-01T03:00:00Z')
const after = (seconds: number) => new Date(CREATED.getTime() + seconds * 1_000)

function polled(change: Partial<Payment> = {}) {
  return {
    state: 'PENDING',
    createdAt: CREATED,
    expiresAt: after(3_600),
    paidAt: null,
    gatewayMethod: null,
    ...change,
  } as const
}

/** Seconds after creation of every poll of a payment that never changes. */
function plan(change: Partial<Payment> = {}): number[] {
  const polls: number[] = []
  let now: Date | null = CREATED
  while ((now = nextPollAt(polled(change), now)) !== null)
    polls.push((now.getTime() - CREATED.getTime()) / 1_000)
  return polls
}

test('starts close, grows thin, and looks two days after expiry for the last time', () => {
  const polls = plan()
  expect(polls.slice(0, 5)).toEqual([15, 30, 60, 120, 240])
  expect(polls).toContain(3_600)
  expect(polls.slice(-4)).toEqual([3_900, 7_200, 90_000, 176_400])
})

test('F-W1: while a QR code lives, no two polls are more than two minutes apart', () => {
  const polls = [0, ...plan()].filter((second) => second <= 900)
  const gaps = polls.slice(1).map((second, index) => second - (polls[index] ?? 0))
  expect(Math.max(...gaps)).toBeLessThanOrEqual(120)
})

test('an ended attempt is only looked at for late money', () => {
  expect(plan({ state: 'CANCELLED' })).toEqual([3_600, 3_900, 7_200, 90_000, 176_400])
})

test('a paid one is left alone, unless its bank may reverse it', () => {
  expect(nextPollAt(polled({ state: 'PAID', paidAt: CREATED, gatewayMethod: 'qris' }), CREATED)).toBeNull()
  expect(nextPollAt(polled({ state: 'PAID', paidAt: CREATED, gatewayMethod: 'echannel' }), CREATED)).toEqual(
    after(120),
  )
})
