import { loadOrderWithPayment, openOrderPayment } from './open-order-payment.ts'
import { selectStalledOrders } from './orders-store.ts'
import type { PlaceOrderDeps } from './place-order.ts'

/** Longer than any honest create call: an order still PENDING after this lost the process that made it. */
const STALLED_AFTER_SECONDS = 60
const RESUME_BATCH = 50

/**
 * Opens the payments of orders whose process died between writing the order and asking the gateway. The buyer's own
 * repeat does the same sooner; this is for buyers who only wait.
 */
export async function resumeOrders(deps: PlaceOrderDeps): Promise<{ resumed: number }> {
  const stalled = await deps.db.transaction('orders.find-stalled', { role: 'worker' }, (tx) =>
    selectStalledOrders(tx, STALLED_AFTER_SECONDS, RESUME_BATCH),
  )
  for (const { id } of stalled)
    await openOrderPayment(deps, await loadOrderWithPayment(deps, id), { repeat: true })
  return { resumed: stalled.length }
}
