import type { Tx } from '#platform/database.ts'
import type { Payment, PaymentState } from './payment.ts'
import { findNewestPayment } from './payment-store.ts'
import type { RefundState } from './refund.ts'
import { sumRefundsByState } from './refund-store.ts'

/** How a payment stands, in the buyer's terms. */
export type PaymentStatus =
  | 'waiting'
  | 'paid'
  | 'expired'
  | 'failed'
  | 'review'
  | 'refund_pending'
  | 'refunded'
  | 'cancelled'

/** The newest payment of an order with the order's refunds put together. */
export type PaymentForView = {
  payment: Payment
  status: PaymentStatus
  /** `manual` while any part waits for a person, else `pending` while any part is under way. */
  refund?: { amount: number; state: 'pending' | 'done' | 'manual' }
}

const STATUS: Readonly<Record<PaymentState, PaymentStatus>> = {
  CREATING: 'waiting',
  PENDING: 'waiting',
  PAID: 'paid',
  FAILED: 'failed',
  EXPIRED: 'expired',
  CANCELLED: 'cancelled',
  REVIEW: 'review',
  PARTIALLY_REFUNDED: 'paid',
  REFUNDED: 'refunded',
  CHARGEBACK: 'review',
}

/**
 * How an order is being paid, or undefined when it has no payment. Works as `web` for the holder of the order's
 * token. Both statements are sent at once.
 */
export async function findPaymentForView(tx: Tx, orderId: string): Promise<PaymentForView | undefined> {
  const [payment, sums] = await Promise.all([findNewestPayment(tx, orderId), sumRefundsByState(tx, orderId)])
  if (payment === undefined) return undefined
  const refund = summarize(sums)
  if (refund === undefined) return { payment, status: STATUS[payment.state] }
  const isOpen = refund.state !== 'done' && STATUS[payment.state] === 'paid'
  return { payment, refund, status: isOpen ? 'refund_pending' : STATUS[payment.state] }
}

function summarize(sums: { state: RefundState; amount: number }[]): PaymentForView['refund'] {
  if (sums.length === 0) return undefined
  const states = sums.map(({ state }) => state)
  const amount = sums.reduce((total, sum) => total + sum.amount, 0)
  if (states.includes('MANUAL')) return { amount, state: 'manual' }
  return { amount, state: states.every((state) => state === 'DONE') ? 'done' : 'pending' }
}
