import type { Tx } from '#platform/database.ts'
import type { PlannedPayment } from './payment.ts'
import { insertHistory, insertPayment } from './payment-store.ts'
import { nextPollAt } from './poll-plan.ts'

/**
 * Writes down the intent to collect an order's money: a payment in CREATING, in the order's transaction.
 * Both statements are sent at once; the promise may be awaited later together with others.
 */
export function planPayment(tx: Tx, plan: PlannedPayment & { now: Date; reason?: string }): Promise<void> {
  const { now, reason = 'order placed', ...payment } = plan
  const nextPoll = nextPollAt(
    { state: 'CREATING', createdAt: now, expiresAt: payment.expiresAt, paidAt: null, gatewayMethod: null },
    now,
  )
  const written = Promise.all([
    insertPayment(tx, payment, nextPoll, now),
    insertHistory(tx, {
      paymentId: payment.id,
      from: 'NEW',
      to: 'CREATING',
      actor: 'buyer',
      reason,
      at: now,
    }),
  ]).then(() => undefined)
  // The caller may fail before it awaits this; its own error then tells the cause.
  written.catch(() => undefined)
  return written
}
