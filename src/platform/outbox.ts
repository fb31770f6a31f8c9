import type { Database, Tx } from './database.ts'
import { newId } from './ids.ts'

/** Something that happened and that somebody may want to be told of: ids and amounts, never contact data or secrets. */
export type OutboxEvent = {
  /** `<subject>.<what>`, such as `order.paid`. */
  kind: string
  /** The same key is published once: kind, id of the thing, and its version where it can happen again. */
  key: string
  orderId?: string
  lineId?: string
  data?: Record<string, string | number>
}

/** A published event that waits to be turned into messages. */
export type PendingEvent = {
  id: string
  /** Grows with every event; events of one order happened in the order of their numbers. */
  number: number
  key: string
  kind: string
  orderId: string | null
  lineId: string | null
  data: Record<string, string | number>
  createdAt: Date
}

/** Events one turn takes: a transaction of some tens of milliseconds. */
export const OUTBOX_BATCH = 100
/** What became of an event is told by its messages; the event itself is only of interest for looking back. */
const KEEP_DAYS = 90
/** Only one turn at a time, so that the events of an order become messages in the order they happened. */
const DISPATCH_LOCK = 7_310_017

/**
 * Writes down what happened, in the transaction of a worker that makes it true; may be sent without awaiting the
 * statements before it. The same key again changes nothing.
 */
export async function publish(tx: Tx, event: OutboxEvent): Promise<void> {
  await tx.count({
    name: 'outbox_publish',
    text: `insert into outbox_events (id, key, kind, order_id, line_id, data) values ($1, $2, $3, $4, $5, $6)
      on conflict (key) do nothing`,
    values: [
      newId(),
      event.key,
      event.kind,
      event.orderId ?? null,
      event.lineId ?? null,
      JSON.stringify(event.data ?? {}),
    ],
  })
}

/**
 * The oldest events nobody took yet, for the transaction that turns them into messages; none while another transaction
 * is at it. Uses outbox_events_pending; holds one lock until the transaction ends.
 */
export async function takeEvents(tx: Tx): Promise<PendingEvent[]> {
  const { free } = await tx.one<{ free: boolean }>({
    text: 'select pg_try_advisory_xact_lock($1) as free',
    values: [DISPATCH_LOCK],
  })
  if (!free) return []
  return await tx.rows<PendingEvent>({
    name: 'outbox_take',
    text: `select id, number, key, kind, order_id as "orderId", line_id as "lineId", data, created_at as "createdAt"
      from outbox_events where dispatched_at is null order by number limit $1`,
    values: [OUTBOX_BATCH],
  })
}

/** Marks events as turned into messages, in the same transaction. */
export async function closeEvents(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.count({
    text: 'update outbox_events set dispatched_at = now() where id = any ($1::uuid[])',
    values: [ids],
  })
}

/** Deletes events that were dealt with long ago. Uses outbox_events_old. */
export async function purgeEvents(db: Database): Promise<void> {
  await db.once(
    'outbox.purge',
    { role: 'worker' },
    {
      text: 'delete from outbox_events where dispatched_at < now() - make_interval(days => $1)',
      values: [KEEP_DAYS],
    },
  )
}
