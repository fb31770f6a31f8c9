import { completeManualRefund, revealRefundAccount } from '#payments'
import type { KeyRing } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { markLineRefunded, type RefundDeps } from '../give-refund.ts'
import type { RefundAccount } from '../order-view.ts'
import { lockOrder, touchOrder } from '../orders-store.ts'
import { findOrderOfRefund, findOrderOfTask } from './hand-store.ts'
import { tellRefundDone } from './tell-refund.ts'

/**
 * Records that a person paid a refund out of the shop's bank account, and lets the line and its order follow. `note` is
 * the proof. Locks the order, then the payment. A repetition finds that it is done: `not_manual`.
 */
export async function payByHand(
  deps: RefundDeps,
  refundId: string,
  { note, by }: { note: string; by: string },
): Promise<Result<void, { code: 'not_found' | 'not_manual' }>> {
  const now = deps.clock.now()
  const paid = await deps.db.transaction('orders.pay-by-hand', { role: 'worker' }, async (tx) => {
    const order = await findOrderOfRefund(tx, refundId)
    if (order === undefined) return err({ code: 'not_found' })
    await lockOrder(tx, order.id)
    const completed = await completeManualRefund(tx, refundId, { note: `${by}: ${note}`, now })
    if (!completed.ok) return completed
    const { id: orderId, line_id: lineId } = order
    const { paid: amount } = completed.value
    if (amount > 0) await tellRefundDone(tx, { id: refundId, orderId, amount })
    await touchOrder(tx, orderId)
    return ok(lineId)
  })
  if (!paid.ok) return paid
  // A process that dies here leaves the line to the sweep of refunded lines.
  if (paid.value !== null) await markLineRefunded(deps, paid.value)
  return ok(undefined)
}

/**
 * Opens where a refund that a person has to pay goes to, and records that `by` looked; undefined when the buyer named
 * nothing yet or there is no such refund.
 */
export async function openRefundAccount(
  deps: RefundDeps & { keys: KeyRing },
  refundId: string,
  by: string,
): Promise<RefundAccount | undefined> {
  const order = await deps.db.transaction('orders.find-refund', { role: 'worker' }, (tx) =>
    findOrderOfRefund(tx, refundId),
  )
  if (order === undefined) return undefined
  return await revealRefundAccount(deps, { id: order.id, tokenHash: order.token_hash }, by)
}

/** The same for money paid twice under one reference, by the id of its task. */
export async function openExceptionAccount(
  deps: RefundDeps & { keys: KeyRing },
  exceptionId: string,
  by: string,
): Promise<RefundAccount | undefined> {
  const order = await deps.db.transaction('orders.find-exception', { role: 'worker' }, (tx) =>
    findOrderOfTask(tx, exceptionId),
  )
  if (order === undefined) return undefined
  return await revealRefundAccount(deps, { id: order.id, tokenHash: order.token_hash }, by)
}
