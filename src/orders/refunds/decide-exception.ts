import { findOrderOfException, resolveException, type ExceptionDecision } from '#payments'
import { err, type Result } from '#shared/result.ts'
import { lockOrder, touchOrder } from '../orders-store.ts'
import type { RefundOrderDeps } from './refund-order.ts'

/**
 * Closes a task about money as a person decided, with its booking; the order's page follows. Locks the order first. A
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
    if (resolved.ok) await touchOrder(tx, orderId)
    return resolved
  })
}
