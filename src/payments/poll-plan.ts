import type { Payment } from './payment.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Soon after opening, then thinner: most buyers pay within two minutes, and gateways ask to be polled gently. */
const AFTER_OPENING_MS = [15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE]
/**
 * A lost notification is made good within two minutes for as long as a payment can be paid, quiet virtual accounts
 * included; the rest of the two minutes is for the turn of the poller and the gateway's answer.
 */
const REGULAR_EVERY_MS = 100 * SECOND
/** Late money: gateways report expiry up to 90 s late, banks settle up to two days late. */
const AFTER_EXPIRY_MS = [0, 5 * MINUTE, HOUR, 24 * HOUR, 48 * HOUR]
/** Methods whose bank may take a settlement back within about a minute. @see payments.md 1.6 */
const REVERSIBLE_METHODS = new Set(['echannel'])
const REVERSAL_CHECK_MS = 2 * MINUTE

/** Cards can be charged back within 45 days and refunded in a dashboard as long: one question a day finds either. */
const RETURN_WINDOW_MS = 45 * 24 * HOUR
const RETURN_CHECK_MS = 24 * HOUR

type Polled = Pick<Payment, 'state' | 'createdAt' | 'expiresAt' | 'paidAt' | 'gatewayMethod'> & {
  letGo?: boolean
}

/** When the gateway is to be asked again about a payment, or null when there is nothing left to learn. */
export function nextPollAt(payment: Polled, now: Date): Date | null {
  switch (payment.state) {
    case 'CREATING':
    case 'PENDING':
    case 'REVIEW':
    case 'FAILED':
    case 'EXPIRED':
    case 'CANCELLED':
      return (
        nextBeforeExpiry(payment, now) ??
        firstAfter(now, payment.expiresAt, AFTER_EXPIRY_MS) ??
        nextReturnCheck(payment, now)
      )
    case 'PAID':
    case 'PARTIALLY_REFUNDED':
      return nextReversalCheck(payment, now) ?? nextReturnCheck(payment, now)
    case 'REFUNDED':
    case 'CHARGEBACK':
      return null
  }
}

function nextBeforeExpiry(payment: Polled, now: Date): Date | null {
  const isOpen = payment.state === 'CREATING' || payment.state === 'PENDING' || payment.state === 'REVIEW'
  // One that was let go can be paid until its own end, perhaps for an order that is waiting for another payment.
  if ((!isOpen && payment.letGo !== true) || now >= payment.expiresAt) return null
  const next =
    firstAfter(now, payment.createdAt, AFTER_OPENING_MS) ?? new Date(now.getTime() + REGULAR_EVERY_MS)
  return next < payment.expiresAt ? next : payment.expiresAt
}

function nextReversalCheck({ paidAt, gatewayMethod }: Polled, now: Date): Date | null {
  if (paidAt === null || !REVERSIBLE_METHODS.has(gatewayMethod ?? '')) return null
  return firstAfter(now, paidAt, [REVERSAL_CHECK_MS])
}

/** Whole days after the money came, so that the questions about many payments spread as the payments did. */
function nextReturnCheck({ paidAt }: Polled, now: Date): Date | null {
  if (paidAt === null) return null
  const age = Math.max(0, now.getTime() - paidAt.getTime())
  const next = (Math.floor(age / RETURN_CHECK_MS) + 1) * RETURN_CHECK_MS
  return next > RETURN_WINDOW_MS ? null : new Date(paidAt.getTime() + next)
}

function firstAfter(now: Date, start: Date, offsets: readonly number[]): Date | null {
  const next = offsets.find((offset) => start.getTime() + offset > now.getTime())
  return next === undefined ? null : new Date(start.getTime() + next)
}
