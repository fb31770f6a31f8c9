export { cancelOrder, findByToken } from './cancel-order.ts'
export { watchChanges, type ChangeWatch } from './change-watch.ts'
export { closeStalledOrders } from './close-stalled-orders.ts'
export { correctInput } from './correct-input.ts'
export {
  DEADLINES,
  RESTING_STATES,
  type Deadline,
  type DeadlineOwner,
  type DeadlineSubject,
} from './deadlines.ts'
export { declineCorrection } from './decline-correction.ts'
export { endCorrection } from './end-correction.ts'
export { findOpenEscalation, type Escalation } from './escalations-store.ts'
export { expireOrders } from './expire-orders.ts'
export { fulfilLine } from './fulfil-line.ts'
export { giveUpLine } from './give-up-line.ts'
export { giveRefund, sweepRefundedLines } from './give-refund.ts'
export { loadOrderWithPayment } from './open-order-payment.ts'
export type * from './order-view.ts'
export { LINE_MOVES, ORDER_MOVES } from './order-states.ts'
export { placeOrder } from './place-order.ts'
export { purgeIdempotencyKeys } from './purge-idempotency-keys.ts'
export { ordersToTell, readOrderNews, type OrderNewsView } from './read-order-news.ts'
export { quoteOrder } from './quote-order.ts'
export { retryOverdue, type ExitDeps } from './retry-overdue.ts'
export { settleLine } from './settle-line.ts'
export { settlePayment, type Settlement } from './settle-payment.ts'
export { sweepDeadlines, type SweptDeadlines } from './sweep-deadlines.ts'
export { sweepLines } from './sweep-lines.ts'
export { trackOrder } from './track-order.ts'
export { refundOrder, type RefundOrderRefusal, type RefundWish } from './refunds/refund-order.ts'
export { returnSurplus } from './refunds/return-surplus.ts'
export { setRefundAccount } from './refunds/set-refund-account.ts'
