/** `MANUAL` is a task for a person: the method cannot give money back by itself. */
export type RefundState = 'REQUESTED' | 'SENDING' | 'UNKNOWN' | 'DONE' | 'MANUAL'

/**
 * A stored refund. `refundKey` names it at the gateway: repeating the key never refunds twice. `settledAs` is the
 * gateway's key of a refund made in its dashboard, when that one stood in for ours.
 */
export type Refund = {
  id: string
  paymentId: string
  orderId: string
  lineId: string | null
  businessKey: string
  refundKey: string
  settledAs: string | null
  amount: number
  reason: string
  state: RefundState
  detail: string | null
  tries: number
  createdAt: Date
}
