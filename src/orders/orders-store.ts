import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { LineRow, OrderRow } from './order.ts'
import { lineMayMove, orderMayMove } from './order-states.ts'
import type { LineState, OrderState } from './order-view.ts'

/** A key that was used before, with the fingerprint of its request and the order it made. Uses the primary key. */
export async function findIdempotencyKey(
  tx: Tx,
  scope: string,
  key: string,
): Promise<{ fingerprint: Buffer; resource_id: string } | undefined> {
  return await tx.maybe({
    name: 'orders_find_key',
    text: 'select fingerprint, resource_id from idempotency_keys where scope = $1 and key = $2',
    values: [scope, key],
  })
}

/** Claims a key for an order. Waits for a transaction that claims it too, then raises 23505 (idempotency_keys_pkey). */
export async function insertIdempotencyKey(
  tx: Tx,
  scope: string,
  key: string,
  fingerprint: Buffer,
  orderId: string,
): Promise<void> {
  await tx.rows({
    name: 'orders_claim_key',
    text: 'insert into idempotency_keys (scope, key, fingerprint, resource_id) values ($1, $2, $3, $4)',
    values: [scope, key, fingerprint, orderId],
  })
}

/** Frees the key of an order that came to nothing, so that the buyer may try again with it. */
export async function deleteIdempotencyKey(tx: Tx, scope: string, orderId: string): Promise<void> {
  await tx.rows({
    text: 'delete from idempotency_keys where scope = $1 and resource_id = $2',
    values: [scope, orderId],
  })
}

/** Writes a new order in state PENDING. */
export async function insertOrder(
  tx: Tx,
  order: Omit<OrderRow, 'version' | 'state'> & { token_hash: Buffer },
): Promise<void> {
  await tx.rows({
    name: 'orders_insert',
    text: `insert into orders (id, number, token_hash, token_version, state, locale, customer_name, customer_email, customer_phone,
        subtotal, discount, fee, total, payment_method, return_url, expires_at, created_at, updated_at)
      values ($1, $2, $3, $4, 'PENDING', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16)`,
    values: [
      order.id,
      order.number,
      order.token_hash,
      order.token_version,
      order.locale,
      order.customer_name,
      order.customer_email,
      order.customer_phone,
      order.subtotal,
      order.discount,
      order.fee,
      order.total,
      order.payment_method,
      order.return_url,
      order.expires_at,
      order.created_at,
    ],
  })
}

/** Writes the lines of a new order in state WAITING, all in one statement, and the first history row. */
export async function insertLines(
  tx: Tx,
  orderId: string,
  lines: readonly Omit<LineRow, 'order_id' | 'state' | 'failure' | 'failure_code' | 'corrections'>[],
  at: Date,
): Promise<void> {
  const inserted = tx.rows({
    name: 'orders_insert_lines',
    text: `insert into order_lines (id, order_id, position, sku_id, product_id, sku_code, sku_name, product_name, product_slug,
        delivery_kind, input, input_shown, quantity, unit_price, total, state)
      select l.id, $1, l.position, l.sku_id, l.product_id, l.sku_code, l.sku_name, l.product_name, l.product_slug,
        l.delivery_kind, l.input, l.input_shown, l.quantity, l.unit_price, l.total, 'WAITING'
      from jsonb_to_recordset($2::jsonb) as l (id uuid, position smallint, sku_id uuid, product_id uuid, sku_code text,
        sku_name text, product_name text, product_slug text, delivery_kind text, input jsonb, input_shown jsonb,
        quantity integer, unit_price bigint, total bigint)`,
    values: [orderId, JSON.stringify(lines)],
  })
  const recorded = insertHistory(tx, {
    orderId,
    lineId: null,
    from: 'NEW',
    to: 'PENDING',
    actor: 'buyer',
    reason: null,
    at,
  })
  await Promise.all([inserted, recorded])
}

const ORDER_COLUMNS = `id, number, token_version, state, version, locale, customer_name, customer_email, customer_phone,
  subtotal, discount, fee, total, payment_method, return_url, expires_at, created_at`

const LINE_COLUMNS = `id, order_id, position, sku_id, product_id, sku_code, sku_name, product_name, product_slug,
  delivery_kind, input, input_shown, quantity, unit_price, total, state, failure, failure_code, corrections`

/** The order, its row locked against other changes until the transaction ends. Every change of an order starts here. */
export async function lockOrder(tx: Tx, orderId: string): Promise<OrderRow> {
  return await tx.one<OrderRow>({
    name: 'orders_lock',
    text: `select ${ORDER_COLUMNS} from orders where id = $1 for no key update`,
    values: [orderId],
  })
}

/** The order, or undefined when it does not exist or row security hides it. */
export async function findOrder(tx: Tx, orderId: string): Promise<OrderRow | undefined> {
  return await tx.maybe<OrderRow>({
    name: 'orders_find',
    text: `select ${ORDER_COLUMNS} from orders where id = $1`,
    values: [orderId],
  })
}

/** The order behind a token hash, or undefined. Uses orders_token_hash. */
export async function findOrderByToken(tx: Tx, tokenHash: Buffer): Promise<OrderRow | undefined> {
  return await tx.maybe<OrderRow>({
    name: 'orders_by_token',
    text: `select ${ORDER_COLUMNS} from orders where token_hash = $1`,
    values: [tokenHash],
  })
}

/** The lines of an order by position. Uses order_lines_position. */
export async function selectLines(tx: Tx, orderId: string): Promise<LineRow[]> {
  return await tx.rows<LineRow>({
    name: 'orders_lines',
    text: `select ${LINE_COLUMNS} from order_lines where order_id = $1 order by position`,
    values: [orderId],
  })
}

/** The order that a line belongs to, or undefined. */
export async function findOrderOfLine(tx: Tx, lineId: string): Promise<string | undefined> {
  const row = await tx.maybe<{ order_id: string }>({
    name: 'orders_of_line',
    text: 'select order_id from order_lines where id = $1',
    values: [lineId],
  })
  return row?.order_id
}

type Move<State> = { to: State; actor: string; reason?: string; at: Date }

/** Moves a locked order and records it. Throws when the move is not in the table or the row was not in that state. */
export async function moveOrder(
  tx: Tx,
  order: Pick<OrderRow, 'id' | 'state'>,
  move: Move<OrderState>,
): Promise<void> {
  if (!orderMayMove(order.state, move.to))
    throw new Error(`order ${order.id} may not go from ${order.state} to ${move.to}`)
  const closed = ['SUCCESS', 'PARTIAL', 'FAILED', 'EXPIRED', 'CANCELLED'].includes(move.to)
  const moved = tx.count({
    name: 'orders_move',
    text: `update orders set state = $3, version = version + 1, updated_at = $4,
        closed_at = case when $5 then $4 else closed_at end
      where id = $1 and state = $2`,
    values: [order.id, order.state, move.to, move.at, closed],
  })
  const recorded = insertHistory(tx, {
    orderId: order.id,
    lineId: null,
    from: order.state,
    to: move.to,
    actor: move.actor,
    reason: move.reason ?? null,
    at: move.at,
  })
  await recorded
  if ((await moved) !== 1) throw new Error(`order ${order.id} was not ${order.state}`)
}

/** Writes when the order was paid. */
export async function setPaidAt(tx: Tx, orderId: string, at: Date): Promise<void> {
  await tx.count({ text: 'update orders set paid_at = $2 where id = $1', values: [orderId, at] })
}

/** Marks an order as changed, so that open pages fetch it again. */
export async function touchOrder(tx: Tx, orderId: string): Promise<void> {
  await tx.count({
    name: 'orders_touch',
    text: 'update orders set version = version + 1 where id = $1',
    values: [orderId],
  })
}

/**
 * Moves a line of a locked order and records it. Throws when the move is not allowed or the row was elsewhere.
 * `correctForMinutes` is how long its buyer may correct what was entered, by the database's clock.
 */
export async function moveLine(
  tx: Tx,
  line: Pick<LineRow, 'id' | 'order_id' | 'state'>,
  move: Move<LineState> & { failure?: string; failureCode?: string; correctForMinutes?: number },
): Promise<void> {
  if (!lineMayMove(line.state, move.to))
    throw new Error(`line ${line.id} may not go from ${line.state} to ${move.to}`)
  const moved = tx.count({
    name: 'orders_move_line',
    text: `update order_lines set state = $3, updated_at = $4, failure = coalesce($5, failure),
        failure_code = coalesce($6, failure_code), correct_until = now() + make_interval(mins => $7)
      where id = $1 and state = $2`,
    values: [
      line.id,
      line.state,
      move.to,
      move.at,
      move.failure ?? null,
      move.failureCode ?? null,
      move.correctForMinutes ?? null,
    ],
  })
  const recorded = insertHistory(tx, {
    orderId: line.order_id,
    lineId: line.id,
    from: line.state,
    to: move.to,
    actor: move.actor,
    reason: move.reason ?? null,
    at: move.at,
  })
  const touched = touchOrder(tx, line.order_id)
  await Promise.all([recorded, touched])
  if ((await moved) !== 1) throw new Error(`line ${line.id} was not ${line.state}`)
}

async function insertHistory(
  tx: Tx,
  row: {
    orderId: string
    lineId: string | null
    from: string
    to: string
    actor: string
    reason: string | null
    at: Date
  },
): Promise<void> {
  await tx.rows({
    name: 'orders_record',
    text: `insert into order_history (id, order_id, line_id, from_state, to_state, actor, reason, at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [newId(), row.orderId, row.lineId, row.from, row.to, row.actor, row.reason, row.at],
  })
}

/** An order past its time, and the place behind which the next ones stand. */
export type OverdueOrder = { id: string; place: string }

/**
 * Unpaid orders past their time, oldest first, those behind `after` only. Uses orders_open. The database's clock decides.
 */
export async function selectOverdueOrders(
  tx: Tx,
  { graceMinutes, limit, after }: { graceMinutes: number; limit: number; after: OverdueOrder | undefined },
): Promise<OverdueOrder[]> {
  return await tx.rows<OverdueOrder>({
    name: 'orders_overdue',
    text: `select id, expires_at::text as place from orders
      where state in ('PENDING', 'WAITING_PAYMENT') and expires_at < now() - make_interval(mins => $1)
        and ($3::timestamptz is null or (expires_at, id) > ($3, $4::uuid))
      order by expires_at, id limit $2`,
    values: [graceMinutes, limit, after?.place ?? null, after?.id ?? null],
  })
}

/** Orders whose payment was never opened because the process that created them died. Uses orders_open. */
export async function selectStalledOrders(
  tx: Tx,
  olderThanSeconds: number,
  limit: number,
): Promise<{ id: string }[]> {
  return await tx.rows<{ id: string }>({
    name: 'orders_stalled',
    text: `select id from orders where state = 'PENDING' and created_at < now() - make_interval(secs => $1)
      order by created_at limit $2`,
    values: [olderThanSeconds, limit],
  })
}

/**
 * Those of the orders behind these token hashes that are past the version given at the same place, for waking the
 * pages that wait. Uses orders_token_hash; only what changed travels back.
 */
export async function selectNewerVersions(
  tx: Tx,
  tokenHashes: readonly Buffer[],
  versions: readonly number[],
): Promise<{ token_hash: Buffer; version: number }[]> {
  return await tx.rows<{ token_hash: Buffer; version: number }>({
    name: 'orders_newer_versions',
    text: `select o.token_hash, o.version from unnest($1::bytea[], $2::int[]) as seen (token_hash, version)
      join orders o on o.token_hash = seen.token_hash and o.version > seen.version`,
    values: [tokenHashes, versions],
  })
}

/** The payment whose money was booked to the order, or undefined. Uses payments_order. */
export async function findPaidPayment(
  tx: Tx,
  orderId: string,
): Promise<{ id: string; state: string } | undefined> {
  return await tx.maybe<{ id: string; state: string }>({
    name: 'orders_paid_payment',
    text: "select id, state from payments where order_id = $1 and booked_to = 'order'",
    values: [orderId],
  })
}

/** Whether the order's money is still here: no bank and no gateway took it back. Uses payments_order. */
export async function isMoneyHeld(tx: Tx, orderId: string): Promise<boolean> {
  const payment = await findPaidPayment(tx, orderId)
  return payment?.state === 'PAID' || payment?.state === 'PARTIALLY_REFUNDED'
}

/** How many units of each line were delivered. Uses deliveries_slot. */
export async function selectDeliveredUnits(
  tx: Tx,
  orderId: string,
): Promise<{ line_id: string; units: number }[]> {
  return await tx.rows<{ line_id: string; units: number }>({
    name: 'orders_delivered_units',
    text: `select d.line_id, count(*)::int as units
      from deliveries d join order_lines l on l.id = d.line_id
      where l.order_id = $1 group by d.line_id`,
    values: [orderId],
  })
}

/** Failed lines whose refund is done: their state did not follow yet. */
export async function selectRefundedLines(tx: Tx, limit: number): Promise<{ id: string }[]> {
  return await tx.rows<{ id: string }>({
    name: 'orders_refunded_lines',
    text: `select l.id from order_lines l join refunds r on r.line_id = l.id
      where l.state = 'FAILED' and r.state = 'DONE' limit $1`,
    values: [limit],
  })
}

/** How many of these lines are in each state. Uses the primary key. */
export async function countLineStates(tx: Tx, lineIds: readonly string[]): Promise<Map<LineState, number>> {
  const rows = await tx.rows<{ state: LineState; lines: number }>({
    name: 'orders_line_states',
    text: 'select state, count(*)::int as lines from order_lines where id = any ($1) group by state',
    values: [lineIds],
  })
  return new Map(rows.map((row) => [row.state, row.lines]))
}

/** Writes how much of a failed line's price the buyer got back by other ways than our refunds. */
export async function setReturnedOutside(tx: Tx, lineId: string, amount: number): Promise<void> {
  await tx.count({
    text: 'update order_lines set returned_outside = $2 where id = $1',
    values: [lineId, amount],
  })
}

/** Deletes keys older than `days`. Uses idempotency_keys_created. */
export async function deleteOldIdempotencyKeys(tx: Tx, days: number): Promise<void> {
  await tx.count({
    text: 'delete from idempotency_keys where created_at < now() - make_interval(days => $1)',
    values: [days],
  })
}
