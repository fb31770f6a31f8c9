import { expirePayment } from '#payments'
import type { Log } from '#platform/log.ts'
import { closeUnpaidOrder } from './close-unpaid-order.ts'
import { loadOrderWithPayment } from './open-order-payment.ts'
import { selectOverdueOrders } from './orders-store.ts'
import { settleFact, type SettleDeps } from './settle-payment.ts'

/** Minutes after the end of an order before it is closed: a payment made in the last second is still under way. */
const EXPIRY_GRACE_MINUTES = 2
/** Orders closed by one run. */
const EXPIRY_BATCH = 100

/**
 * Closes orders that nobody paid in time. Each payment is ended at its gateway first, so that a payment made in the
 * meantime is found and delivered instead. Orders whose gateway does not answer wait for the next run.
 */
export async function expireOrders(
  deps: SettleDeps & { log: Log },
): Promise<{ closed: number; waiting: number }> {
  const overdue = await deps.db.transaction('orders.find-overdue', { role: 'worker' }, (tx) =>
    selectOverdueOrders(tx, EXPIRY_GRACE_MINUTES, EXPIRY_BATCH),
  )
  let closed = 0
  for (const { id } of overdue) {
    const { payment } = await loadOrderWithPayment(deps, id)
    const isOpen = payment.state === 'PENDING' || payment.state === 'CREATING'
    const ended = isOpen ? await expirePayment(deps, payment) : undefined
    if (ended !== undefined && !ended.ok) {
      deps.log.warn({ orderId: id, detail: ended.error.detail }, 'gateway did not end the payment')
      continue
    }
    if (ended?.ok) await settleFact(deps, payment, ended.value.fact)
    await closeUnpaidOrder(deps, id, { to: 'EXPIRED', actor: 'shop', reason: 'not_paid_in_time' })
    closed += 1
  }
  return { closed, waiting: overdue.length - closed }
}
