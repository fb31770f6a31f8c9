import { canBePaid, CONFIRM_WITHIN_MS, expirePayment, type Payment } from '#payments'
import { attemptEach } from '#platform/attempt-each.ts'
import type { Log } from '#platform/log.ts'
import { closeUnpaidOrder } from './close-unpaid-order.ts'
import { loadOrderWithPayment } from './open-order-payment.ts'
import { selectOverdueOrders, type OverdueOrder } from './orders-store.ts'
import { settleFact, type SettleDeps } from './settle-payment.ts'

/** Minutes after the end of an order before it is closed: a payment made in the last second is still under way. */
const EXPIRY_GRACE_MINUTES = 2
/** Orders read at once. */
const EXPIRY_BATCH = 100
/** Orders looked at by one run, those that wait for their gateway included; the next run starts with the oldest again. */
const EXPIRY_RUN = 1_000

/**
 * Closes orders that nobody paid in time. Each payment is ended at its gateway first, so that a payment made in the
 * meantime is found and delivered instead. An order whose gateway does not confirm the end waits for the next run,
 * for CONFIRM_WITHIN_MS at most: then it is closed all the same, and its payment is left to the poller. Those that wait
 * for one gateway hold up nobody else's.
 */
export async function expireOrders(
  deps: SettleDeps & { log: Log },
): Promise<{ closed: number; waiting: number }> {
  let closed = 0
  let seen = 0
  let last: OverdueOrder | undefined
  do {
    const overdue = await findOverdue(deps, last)
    await attemptEach(overdue, { log: deps.log, name: 'orders.expire' }, async ({ id }) => {
      if (await expireOrder(deps, id)) closed += 1
    })
    seen += overdue.length
    last = overdue.length < EXPIRY_BATCH ? undefined : overdue.at(-1)
  } while (last !== undefined && seen < EXPIRY_RUN)
  return { closed, waiting: seen - closed }
}

async function findOverdue(deps: SettleDeps, after: OverdueOrder | undefined): Promise<OverdueOrder[]> {
  return await deps.db.transaction('orders.find-overdue', { role: 'worker' }, (tx) =>
    selectOverdueOrders(tx, { graceMinutes: EXPIRY_GRACE_MINUTES, limit: EXPIRY_BATCH, after }),
  )
}

/** False when the order has to wait because its payment can still be paid, or it has a new end. */
async function expireOrder(deps: SettleDeps & { log: Log }, orderId: string): Promise<boolean> {
  const { order, payment } = await loadOrderWithPayment(deps, orderId)
  // Paid anew in this moment: it has a new end.
  if (order.expires_at > deps.clock.now()) return false
  if (canBePaid(payment) && !(await endPayment(deps, payment))) {
    if (deps.clock.now().getTime() < order.expires_at.getTime() + CONFIRM_WITHIN_MS) return false
    deps.log.warn({ orderId, paymentId: payment.id }, 'order closed although its payment may be open')
  }
  await closeUnpaidOrder(deps, orderId, { to: 'EXPIRED', actor: 'shop', reason: 'not_paid_in_time' })
  return true
}

/** Whether the payment has ended, or turned out to be paid; the order has followed it then. */
async function endPayment(deps: SettleDeps & { log: Log }, payment: Payment): Promise<boolean> {
  const ended = await expirePayment(deps, payment)
  if (!ended.ok) {
    const { code, detail } = ended.error
    deps.log.warn({ orderId: payment.orderId, code, detail }, 'gateway did not end the payment')
    return false
  }
  const settled = await settleFact(deps, payment, ended.value.fact)
  return settled === 'closed' || settled === 'paid_now'
}
