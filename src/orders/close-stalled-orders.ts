import { cancelPayment } from '#payments'
import { attemptEach } from '#platform/attempt-each.ts'
import type { Log } from '#platform/log.ts'
import { closeUnpaidOrder } from './close-unpaid-order.ts'
import { loadOrderWithPayment } from './open-order-payment.ts'
import { endAttempts } from './end-attempts.ts'
import { selectStalledOrders } from './orders-store.ts'
import { selectStalledAttempts } from './renewals-view-store.ts'
import { settleFact, type SettleDeps } from './settle-payment.ts'

/** Longer than any honest create call and its repeats: after this nobody waits for the payment page any more. */
const STALLED_AFTER_SECONDS = 60
const BATCH = 200

/**
 * Closes orders whose payment page nobody ever saw: the process died before it asked the gateway, or the gateway did
 * not answer and the buyer did not try again. Their stock goes back and their key is free. The gateway is told first;
 * while it does not answer the order waits for the next run. Of an order that was being paid anew only the attempt ends:
 * it waits for another one until its time is over.
 */
export async function closeStalledOrders(deps: SettleDeps & { log: Log }): Promise<{ closed: number }> {
  const stalled = await deps.db.transaction('orders.find-stalled', { role: 'worker' }, (tx) =>
    selectStalledOrders(tx, STALLED_AFTER_SECONDS, BATCH),
  )
  let closed = 0
  await attemptEach(stalled, { log: deps.log, name: 'orders.close-stalled' }, async ({ id }) => {
    const { payment } = await loadOrderWithPayment(deps, id)
    const ended = await cancelPayment(deps, payment)
    if (!ended.ok) return
    await settleFact(deps, payment, ended.value.fact)
    const closing = {
      to: 'CANCELLED',
      actor: 'shop',
      reason: 'payment_not_opened',
      onlyPending: true,
    } as const
    await closeUnpaidOrder(deps, id, closing)
    closed += 1
  })
  await endAttempts(deps, (after) =>
    deps.db.transaction('orders.find-stalled-attempts', { role: 'worker' }, (tx) =>
      selectStalledAttempts(tx, STALLED_AFTER_SECONDS, { limit: BATCH, after }),
    ),
  )
  return { closed }
}
