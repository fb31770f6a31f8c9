import { expect, test } from 'vitest'
import type { Payment } from './payment.ts'
import { nextPollAt } from './poll-plan.ts'

const CREATED = new Date('2026-03-01T03:00:00Z')
const DAY = 86_400
const after = (seconds: number) => new Date(CREATED.getTime() + seconds * 1_000)

function polled(change: Partial<Payment> = {}) {
  return {
    state: 'PENDING',
    createdAt: CREATED,
    expiresAt: after(3_600),
    paidAt: null,
    gatewayMethod: null,
    letGo: false,
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
  expect(polls.slice(0, 5)).toEqual([15, 30, 60, 120, 220])
  expect(polls).toContain(3_600)
  expect(polls.slice(-4)).toEqual([3_900, 7_200, 90_000, 176_400])
})

/** A question, the turn of the poller before it and the answer have to fit beside the gap into two minutes. */
const LONGEST_GAP_SECONDS = 100

test.each([
  ['a QR code', {}],
  ['a quiet virtual account', { expiresAt: after(DAY) }],
  ['one whose opening got no answer', { state: 'CREATING' }],
  ['one that its gateway looks into', { state: 'REVIEW' }],
  ['one that was let go', { state: 'CANCELLED', letGo: true }],
] as const)('F-W1: while %s can be paid, lost news are made good within two minutes', (_, change) => {
  const end = 'expiresAt' in change ? DAY : 3_600
  const polls = [0, ...plan(change)].filter((second) => second <= end)
  const gaps = polls.slice(1).map((second, index) => second - (polls[index] ?? 0))
  expect(polls.at(-1)).toBe(end)
  expect(Math.max(...gaps)).toBeLessThanOrEqual(LONGEST_GAP_SECONDS)
})

test.each(['CANCELLED', 'FAILED', 'EXPIRED'] as const)(
  'a %s attempt whose end is certain is only looked at for late money',
  (state) => {
    expect(plan({ state })).toEqual([3_600, 3_900, 7_200, 90_000, 176_400])
  },
)

test('an attempt that was let go after its end is only looked at for late money', () => {
  const now = after(3_720)
  expect(nextPollAt(polled({ state: 'EXPIRED' }), now)).toEqual(after(3_900))
})

test.each(['PAID', 'PARTIALLY_REFUNDED'] as const)(
  'a %s one is asked about once a day for 45 days: refunds and chargebacks can get lost, too',
  (state) => {
    const polls = plan({ state, paidAt: CREATED, gatewayMethod: 'qris' })
    expect(polls).toEqual(Array.from({ length: 45 }, (_, index) => (index + 1) * DAY))
  },
)

test('a bank that may take a settlement back is asked soon after, too', () => {
  expect(plan({ state: 'PAID', paidAt: CREATED, gatewayMethod: 'echannel' }).slice(0, 2)).toEqual([120, DAY])
})

test('money under review is watched like money of an order', () => {
  const polls = plan({ state: 'REVIEW', paidAt: CREATED })
  expect(polls.at(-1)).toBe(45 * DAY)
})

test.each(['REFUNDED', 'CHARGEBACK'] as const)('%s: nothing is left to learn', (state) => {
  expect(plan({ state, paidAt: CREATED })).toEqual([])
})
