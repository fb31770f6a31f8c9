import type { DeliveryKind, InputField } from '#catalog'
import type { Statement, Tx } from '#platform/database.ts'
import type { LineState, OrderState, ShownInput } from './order-view.ts'

/** An order with its lines and history, as one row for the pages. */
export type OrderViewRow = {
  id: string
  number: string
  state: OrderState
  version: number
  subtotal: number
  fee: number
  total: number
  created_at: Date
  expires_at: Date
  lines: {
    id: string
    sku_code: string
    sku_name: string
    product_name: string
    product_slug: string
    delivery_kind: DeliveryKind
    quantity: number
    total: number
    state: LineState
    failure: string | null
    failure_code: string | null
    position: number
    /** What may be corrected and until when, while the line waits for its buyer. */
    correction: { fields: InputField[]; input: Record<string, string>; until: string } | null
    input_shown: ShownInput[]
    delivered_units: number
  }[]
  timeline: { state: string; at: string }[]
}

/**
 * The order that a token hash shows, in one statement. Read-only; counts the deliveries of fulfilment.
 * Uses orders_token_hash and the order indexes of each table.
 */
export async function selectOrderView(tx: Tx, tokenHash: Buffer): Promise<OrderViewRow | undefined> {
  return await tx.maybe<OrderViewRow>({
    name: 'orders_view',
    text: `select o.id, o.number, o.state, o.version, o.subtotal, o.fee, o.total, o.created_at, o.expires_at,
        (select jsonb_agg(jsonb_build_object('id', l.id, 'sku_code', l.sku_code, 'sku_name', l.sku_name,
            'product_name', l.product_name, 'product_slug', l.product_slug, 'delivery_kind', l.delivery_kind,
            'quantity', l.quantity, 'total', l.total, 'state', l.state, 'failure', l.failure, 'failure_code', l.failure_code, 'input_shown', l.input_shown,
            'position', l.position, 'correction', case when l.state = 'NEEDS_INPUT' then jsonb_build_object(
              'fields', (select d.input_fields from products d where d.id = l.product_id),
              'input', l.input, 'until', l.correct_until) end,
            'delivered_units', (select count(*) from deliveries d where d.line_id = l.id)) order by l.position)
          from order_lines l where l.order_id = o.id) as lines,
        (select jsonb_agg(jsonb_build_object('state', h.to_state, 'at', h.at) order by h.at, h.id)
          from order_history h where h.order_id = o.id and h.line_id is null) as timeline
      from orders o where o.token_hash = $1`,
    values: [tokenHash],
  })
}

/**
 * Lines of paid orders that nobody is working on: no purchase and no invite of theirs is open. Longest waiting first.
 * Read-only; looks at the purchases and invites of fulfilment. Uses order_lines_open, supplier_purchases_line and
 * invites_one_open.
 */
export async function selectIdleLines(
  tx: Tx,
  olderThanSeconds: number,
  limit: number,
): Promise<{ id: string; delivery_kind: DeliveryKind }[]> {
  return await tx.rows<{ id: string; delivery_kind: DeliveryKind }>({
    name: 'orders_idle_lines',
    text: `select l.id, l.delivery_kind from order_lines l
      where l.state = 'PROCESSING' and l.updated_at < now() - make_interval(secs => $1)
        and line_work(l.id) = 'idle'
      order by l.updated_at limit $2`,
    values: [olderThanSeconds, limit],
  })
}

/** A paid line that nobody outside was asked for yet, with what its buyer may correct. */
export type UnsentLine = {
  id: string
  correction: { fields: InputField[]; input: Record<string, string>; until: string }
}

/**
 * Lines of an order that wait for their turn for a while already and were corrected fewer than `most` times: as long as
 * the longest wait for a supplier, they may be corrected. Read-only; looks at the purchases and invites of fulfilment.
 * Runs as the shop: whoever calls has shown that the order is the buyer's.
 */
export function unsentStatement(orderId: string, most: number): Statement<UnsentLine> {
  return {
    name: 'orders_unsent_lines',
    text: `select l.id, jsonb_build_object('fields', d.input_fields, 'input', l.input,
        'until', l.updated_at + interval '1 day') as correction
      from order_lines l join products d on d.id = l.product_id
      where l.order_id = $1 and l.state = 'PROCESSING' and l.corrections < $2
        and l.updated_at between now() - interval '1 day' and now() - interval '1 minute'
        and jsonb_array_length(d.input_fields) > 0
        and (exists (select from supplier_purchases p where p.line_id = l.id and p.state = 'INTENT')
          or exists (select from invites i where i.line_id = l.id and i.state = 'QUEUED'))
        and not exists (select from supplier_purchases p where p.line_id = l.id
          and p.state in ('IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'MANUAL', 'SUCCEEDED', 'FAILED'))
        and not exists (select from invites i where i.line_id = l.id
          and i.state in ('SENDING', 'UNKNOWN', 'INVITED', 'JOINED', 'LOST', 'ENDED', 'MANUAL'))`,
    values: [orderId, most],
  }
}

/** What buyers of a product enter, as the catalogue has it now. Uses the primary key. */
export async function selectInputFields(tx: Tx, productId: string): Promise<InputField[]> {
  const { fields } = await tx.one<{ fields: InputField[] }>({
    name: 'orders_input_fields',
    text: 'select input_fields as fields from products where id = $1',
    values: [productId],
  })
  return fields
}
