import type { Payment } from './payment.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Soon after opening, then thinner: most buyers pay within two minutes, and gateways ask to be polled gently. */
const AFTER_OPENING_MS = [15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE]
/** A dropped notification is made good within two minutes for as long as a QR code usually lives. */
const BUSY_UNTIL_MS = 15 * MINUTE
const BUSY_EVERY_MS = 2 * MINUTE
/** Virtual accounts stay open for hours; then a dropped notification costs at most this. */
const QUIET_EVERY_MS = 5 * MINUTE
/** Late money: gateways report expiry up to 90 s late, banks settle up to two days late. */
const AFTER_EXPIRY_MS = [0, 5 * MINUTE, HOUR, 24 * HOUR, 48 * HOUR]
/** A payment that was let go while its gateway cannot end it can be paid until its own end: nobody waits for that money. */
const LET_GO_EVERY_MS = 15 * MINUTE
/** Methods whose bank may take a settlement back within about a minute. @see payments.md 1.6 */
const REVERSIBLE_METHODS = new Set(['echannel'])
const REVERSAL_CHECK_MS = 2 * MINUTE

/** Cards can be charged back within 45 days and refunded in a dashboard as long: one question a day finds either. */
const RETURN_WINDOW_MS = 45 * 24 * HOUR
const RETURN_CHECK_MS = 24 * HOUR

type Polled = Pick<Payment, 'state' | 'createdAt' | 'expiresAt' | 'paidAt' | 'gatewayMethod'>

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
  if (now >= payment.expiresAt) return null
  const isOpen = payment.state === 'CREATING' || payment.state === 'PENDING' || payment.state === 'REVIEW'
  const next = isOpen
    ? (firstAfter(now, payment.createdAt, AFTER_OPENING_MS) ?? nextRegular(payment.createdAt, now))
    : new Date(now.getTime() + LET_GO_EVERY_MS)
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

function nextRegular(createdAt: Date, now: Date): Date {
  const isBusy = now.getTime() - createdAt.getTime() < BUSY_UNTIL_MS
  return new Date(now.getTime() + (isBusy ? BUSY_EVERY_MS : QUIET_EVERY_MS))
}

function firstAfter(now: Date, start: Date, offsets: readonly number[]): Date | null {
  const next = offsets.find((offset) => start.getTime() + offset > now.getTime())
  return next === undefined ? null : new Date(start.getTime() + next)
}
