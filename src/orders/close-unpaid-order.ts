import { releaseStock } from '#fulfilment'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import { CREATE_SCOPE, type OrderRow } from './order.ts'
import { deleteIdempotencyKey, lockOrder, moveLine, moveOrder, selectLines } from './orders-store.ts'

/**
 * Why and by whom an unpaid order is closed. With `onlyPending` an order whose payment page was opened meanwhile stays.
 */
export type Closing = {
  to: 'EXPIRED' | 'CANCELLED'
  actor: string
  reason: string
  onlyPending?: boolean
}

/**
 * Closes an order that nobody paid, with its lines, and puts its stock back on the shelf. Answers false when the
 * order is no longer unpaid. Locks the order first.
 */
export async function closeUnpaidOrder(
  deps: { db: Database; clock: Clock },
  orderId: string,
  closing: Closing,
): Promise<boolean> {
  return await deps.db.transaction('orders.close-unpaid', { role: 'worker' }, async (tx) => {
    const order = await lockOrder(tx, orderId)
    return await closeLockedOrder(tx, order, closing, deps.clock.now())
  })
}

/**
 * The same within a transaction that holds the order's lock. An order expires at its time, not before. An order whose payment page was never opened gives its
 * idempotency key back: the buyer's next try is a new order.
 */
export async function closeLockedOrder(
  tx: Tx,
  order: OrderRow,
  closing: Closing,
  at: Date,
): Promise<boolean> {
  if (order.state !== 'PENDING' && (order.state !== 'WAITING_PAYMENT' || closing.onlyPending === true))
    return false
  const { to, actor, reason } = closing
  // Nobody's time is over early: the order was paid anew while its end was being prepared.
  if (to === 'EXPIRED' && order.expires_at > at) return false
  const lines = await selectLines(tx, order.id)
  await moveOrder(tx, order, { to, actor, reason, at })
  for (const line of lines) await moveLine(tx, line, { to: 'CANCELLED', actor, reason, at })
  await releaseStock(
    tx,
    lines.map((line) => line.id),
  )
  if (order.state === 'PENDING') await deleteIdempotencyKey(tx, CREATE_SCOPE, order.id)
  return true
}
