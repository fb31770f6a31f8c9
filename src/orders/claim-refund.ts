import { requestRefund } from '#payments'
import type { Tx } from '#platform/database.ts'
import type { Queue } from '#platform/queue.ts'
import type { OrderRow } from './order.ts'
import { findPaidPayment } from './orders-store.ts'

/** What a buyer is owed of a paid order. `businessKey` names the event: it asks for its money once. */
export type RefundClaim = {
  amount: number
  reason: string
  businessKey: string
  lineId?: string
  now: Date
}

/**
 * Gives money of a paid order back through the payment it came from, and returns what of the claim cannot go that way:
 * a bank or a person at the gateway has returned it already, so that the caller books that part against disputes.
 * The caller holds the order's lock.
 */
export async function claimRefund(
  tx: Tx,
  order: OrderRow,
  claim: RefundClaim,
  deps: { queue: Queue },
): Promise<{ returnedOutside: number }> {
  const payment = await findPaidPayment(tx, order.id)
  if (payment === undefined) throw new Error(`paid order ${order.id} has no payment`)
  const wish = { ...claim, paymentId: payment.id, orderId: order.id }
  const refund = await requestRefund(tx, wish)
  if (refund.ok) {
    await deps.queue.enqueue(tx, 'refund.send', refund.value.id)
    return { returnedOutside: 0 }
  }
  const available = refund.error.code === 'refund_exceeds_received' ? refund.error.available : 0
  if (available > 0) {
    const part = await requestRefund(tx, { ...wish, amount: available })
    if (!part.ok) throw new Error(`refund ${claim.businessKey} refused: ${part.error.code}`)
    await deps.queue.enqueue(tx, 'refund.send', part.value.id)
  }
  return { returnedOutside: claim.amount - available }
}
