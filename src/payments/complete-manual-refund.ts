import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { BANK } from './book-received.ts'
import type { Payment } from './payment.ts'
import { lockPayment } from './payment-store.ts'
import { findRefund } from './refund-store.ts'
import { settleRefund } from './settle-refund.ts'

/**
 * Records that a person paid a MANUAL refund out of the shop's bank account; `note` says how. Locks the payment.
 * `not_manual` when the refund is settled already or still the gateway's to send; `exceeds_received` when so much was
 * given back meanwhile that this refund would go beyond what came in.
 */
export async function completeManualRefund(
  tx: Tx,
  refundId: string,
  { note, now }: { note: string; now: Date },
): Promise<Result<Payment, { code: 'not_found' | 'not_manual' | 'exceeds_received' }>> {
  const found = await findRefund(tx, refundId)
  const payment = found === undefined ? undefined : await lockPayment(tx, found.paymentId)
  if (payment === undefined) return err({ code: 'not_found' })
  const refund = await findRefund(tx, refundId)
  if (refund?.state !== 'MANUAL') return err({ code: 'not_manual' })
  if (payment.refunded + refund.amount > (payment.received ?? 0)) return err({ code: 'exceeds_received' })
  return ok(await settleRefund(tx, payment, { ...refund, detail: note }, now, BANK))
}
