import { err, ok, type Result } from '#shared/result.ts'
import {
  gatewayUnavailable,
  loadOrderWithPayment,
  openOrderPayment,
  toCreatedOrder,
} from './open-order-payment.ts'
import type { CreatedOrder, OrderRefusal } from './order-view.ts'
import { hasPage } from './payment-view.ts'
import type { PlaceOrderDeps } from './place-order.ts'

/** The first request of a key is given this long to finish before a repeat takes its work over. */
export const TAKE_OVER_AFTER_MS = 15_000

/**
 * Answers a repeated create command: the order as it is now. When the process that created it died before the payment
 * was opened, the repeat opens it; while that process may still be at work the repeat is told to wait.
 */
export async function repeatOrder(
  deps: PlaceOrderDeps,
  orderId: string,
): Promise<Result<CreatedOrder, OrderRefusal>> {
  const found = await loadOrderWithPayment(deps, orderId)
  const { order, payment } = found
  // Closed in this moment because its page was never opened: the next try, with the freed key, is a new order.
  if (order.state === 'CANCELLED' && !hasPage(payment)) return err(await gatewayUnavailable(deps, order))
  if (order.state !== 'PENDING') return ok({ ...toCreatedOrder(deps, found), isReplayed: true })
  const ageMs = deps.clock.now().getTime() - order.created_at.getTime()
  if (ageMs < TAKE_OVER_AFTER_MS) return err({ code: 'request_in_progress' })
  return await openOrderPayment(deps, found, { repeat: true })
}
