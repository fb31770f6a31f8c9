import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { BANK, DISPUTES } from './book-received.ts'
import type { Payment } from './payment.ts'
import { lockPayment } from './payment-store.ts'
import { findRefund } from './refund-store.ts'
import { settleRefundFrom } from './settle-refund.ts'

/**
 * Records that a person paid a MANUAL refund out of the shop's bank account; `note` says how. Answers what was due, in
 * rupiah: what the gateway's dashboard or a bank returned meanwhile was booked against disputes, and that part of the
 * refund ends there. Locks the payment. `not_manual` when it is settled already or still the gateway's to send.
 */
export async function completeManualRefund(
  tx: Tx,
  refundId: string,
  { note, now }: { note: string; now: Date },
): Promise<Result<{ payment: Payment; paid: number }, { code: 'not_found' | 'not_manual' }>> {
  const found = await findRefund(tx, refundId)
  const payment = found === undefined ? undefined : await lockPayment(tx, found.paymentId)
  if (payment === undefined) return err({ code: 'not_found' })
  const refund = await findRefund(tx, refundId)
  if (refund?.state !== 'MANUAL') return err({ code: 'not_manual' })
  const paid = Math.min(refund.amount, dueOf(payment))
  const sources = [
    { account: BANK, amount: paid },
    { account: DISPUTES, amount: refund.amount - paid },
  ]
  const after = await settleRefundFrom(tx, payment, { ...refund, detail: note }, { sources, paid, now })
  return ok({ payment: after, paid })
}

/** What of a payment's money may still go back to its buyer; nothing after a chargeback. */
function dueOf({ state, received, refunded }: Payment): number {
  return state === 'CHARGEBACK' ? 0 : Math.max(0, (received ?? 0) - refunded)
}
