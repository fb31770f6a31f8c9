import { findOrderOfException, resolveException, type ExceptionDecision } from '#payments'
import { err, ok, type Result } from '#shared/result.ts'
import { lockOrder, touchOrder } from '../orders-store.ts'
import type { RefundOrderDeps } from './refund-order.ts'
import { tellRefundDone } from './tell-refund.ts'

/**
 * Closes a task about money as a person decided, with its booking; the order's page follows, and
 * the buyer is told of money that was paid back. Locks the order first. A
 * repetition finds it closed: `not_allowed`.
 */
export async function decideException(
  deps: RefundOrderDeps,
  id: string,
  decision: { action: ExceptionDecision; note: string; by: string },
): Promise<Result<void, { code: 'not_found' | 'not_allowed' }>> {
  return await deps.db.transaction('orders.decide-exception', { role: 'worker' }, async (tx) => {
    const orderId = await findOrderOfException(tx, id)
    if (orderId === undefined) return err({ code: 'not_found' })
    await lockOrder(tx, orderId)
    const resolved = await resolveException(tx, id, { ...decision, now: deps.clock.now() })
    if (!resolved.ok) return resolved
    const { key, paidBack } = resolved.value
    if (paidBack > 0) await tellRefundDone(tx, { id: key, orderId, amount: paidBack })
    await touchOrder(tx, orderId)
    return ok(undefined)
  })
}
