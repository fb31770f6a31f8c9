import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { postJournal } from '#ledger'
import { REFUNDS_PAYABLE, SUSPENSE, UNEARNED } from './book-received.ts'
import type { PaymentState } from './payment.ts'
import { lockPayment } from './payment-store.ts'
import type { Refund } from './refund.ts'
import { findByBusinessKey, insertRefund, sumOpenRefunds } from './refund-store.ts'

export type RefundRequest = {
  paymentId: string
  orderId: string
  lineId?: string
  amount: number
  reason: string
  /** Names the business event: the same event asks for its money back once. */
  businessKey: string
  now: Date
}

export type RefundRefusal =
  | { code: 'payment_not_refundable' }
  /** `available` is what could still be given back, in rupiah. */
  | { code: 'refund_exceeds_received'; available: number }

/** States that hold received money. A charged-back payment is not among them: its money is gone already. */
const REFUNDABLE: ReadonlySet<PaymentState> = new Set<PaymentState>(['PAID', 'PARTIALLY_REFUNDED', 'REVIEW'])

/**
 * Asks for money to be given back: a refund in REQUESTED and the journal that owes it to the buyer. Refunds that
 * are done or under way never exceed what was received. Locks the payment; the caller enqueues `refund.send`.
 * The same business key again returns the refund of the first call.
 */
export async function requestRefund(tx: Tx, request: RefundRequest): Promise<Result<Refund, RefundRefusal>> {
  const locked = lockPayment(tx, request.paymentId)
  const summed = sumOpenRefunds(tx, request.paymentId, request.orderId)
  const asked = findByBusinessKey(tx, request.businessKey)
  const [payment, open, earlier] = await Promise.all([locked, summed, asked])
  if (earlier !== undefined) return ok(earlier)
  const isRefundable =
    payment?.orderId === request.orderId &&
    payment.received !== null &&
    payment.bookedTo !== null &&
    REFUNDABLE.has(payment.state)
  if (!isRefundable) return err({ code: 'payment_not_refundable' })
  const available = (payment.received ?? 0) - payment.refunded - open
  if (request.amount > available) return err({ code: 'refund_exceeds_received', available })
  return ok(await writeRefund(tx, request, payment.bookedTo === 'suspense' ? SUSPENSE : UNEARNED))
}

async function writeRefund(tx: Tx, request: RefundRequest, source: string): Promise<Refund> {
  const id = newId()
  const { paymentId, orderId, amount, reason, businessKey, now } = request
  const refund = {
    id,
    paymentId,
    orderId,
    lineId: request.lineId ?? null,
    businessKey,
    refundKey: id,
    amount,
    reason,
    createdAt: now,
  }
  const inserting = insertRefund(tx, refund)
  const posting = postJournal(tx, {
    id: newId(),
    businessKey: `refund:${businessKey}:requested`,
    kind: 'refund.requested',
    transfers: [{ debit: source, credit: REFUNDS_PAYABLE, amount }],
  })
  const [isNew] = await Promise.all([inserting, posting])
  if (!isNew) throw new Error(`refund ${businessKey} was requested twice at once`)
  return { ...refund, state: 'REQUESTED', detail: null, tries: 0, settledAs: null }
}
