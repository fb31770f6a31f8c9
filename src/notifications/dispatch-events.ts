import type { Database, Tx } from '#platform/database.ts'
import { closeEvents, OUTBOX_BATCH, takeEvents } from '#platform/outbox.ts'
import type { Channel } from './message-view.ts'
import { insertMessages } from './messages-store.ts'
import { planMessages, type OrderToTell } from './plan-messages.ts'

export type DispatchDeps = {
  db: Database
  channels: ReadonlySet<Channel>
  /** What a plan has to know of these orders, by id. */
  ordersToTell(tx: Tx, orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderToTell>>
  /** Adds the job that sends a message, in the same transaction. */
  enqueue(tx: Tx, messageId: string): Promise<void>
}

/**
 * Turns the oldest pending events into messages, all in one transaction: an event becomes its messages once, and those
 * of an order keep their order. Returns whether there may be more. One run at a time; a second one finds nothing.
 */
export async function dispatchEvents(deps: DispatchDeps): Promise<boolean> {
  return await deps.db.transaction('messages.dispatch', { role: 'worker' }, async (tx) => {
    const events = await takeEvents(tx)
    if (events.length === 0) return false
    const orderIds = events.flatMap(({ orderId }) => (orderId === null ? [] : [orderId]))
    const orders = await deps.ordersToTell(tx, [...new Set(orderIds)])
    const planned = events.flatMap((event) =>
      planMessages(event, event.orderId === null ? undefined : orders.get(event.orderId), deps.channels),
    )
    const added = await insertMessages(tx, planned)
    const closed = closeEvents(
      tx,
      events.map((event) => event.id),
    )
    await Promise.all([closed, ...added.map((id) => deps.enqueue(tx, id))])
    return events.length === OUTBOX_BATCH
  })
}
