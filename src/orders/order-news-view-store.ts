import type { Database, Tx } from '#platform/database.ts'
import type { LineState, OrderState } from './order-view.ts'

/** What a message about an order may need, its buyer's address included; never what was delivered. */
export type OrderNewsRow = {
  id: string
  number: string
  token_version: number
  state: OrderState
  customer_name: string
  customer_email: string
  customer_phone: string
  total: number
  expires_at: Date
  lines: {
    id: string
    product_name: string
    sku_name: string
    quantity: number
    total: number
    state: LineState
    correct_until: string | null
  }[]
  /** The payment that is open now. */
  paying: { id: string; method: string; amount: number; payable: number | null; expires_at: string } | null
  /** What goes back for lines that failed. */
  line_refunds: number
  /** Refunds that a person has to send. */
  refunds_manual: number
  has_refund_account: boolean
}

/** Number and language of these orders, and whether a number to write to was given. Uses the primary key. */
export async function selectOrdersToTell(
  tx: Tx,
  orderIds: readonly string[],
): Promise<{ id: string; number: string; locale: 'id' | 'en'; hasPhone: boolean }[]> {
  return await tx.rows({
    name: 'orders_to_tell',
    text: `select id, number, locale, customer_phone <> '' as "hasPhone" from orders where id = any ($1::uuid[])`,
    values: [orderIds],
  })
}

/** The order as it is now, for a message. Read-only; looks at payments, refunds and refund accounts by their order. */
export async function selectOrderNews(db: Database, orderId: string): Promise<OrderNewsRow | undefined> {
  const [row] = await db.once<OrderNewsRow>(
    'orders.read-news',
    { role: 'worker' },
    {
      name: 'orders_read_news',
      text: `select o.id, o.number, o.token_version, o.state, o.customer_name, o.customer_email, o.customer_phone, o.total,
          o.expires_at,
          (select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'product_name', l.product_name, 'sku_name', l.sku_name,
              'quantity', l.quantity, 'total', l.total, 'state', l.state, 'correct_until', l.correct_until) order by l.position), '[]')
            from order_lines l where l.order_id = o.id) as lines,
          (select jsonb_build_object('id', p.id, 'method', p.method, 'amount', p.amount, 'payable', p.payable, 'expires_at', p.expires_at)
            from payments p where p.order_id = o.id and p.state in ('CREATING', 'PENDING')) as paying,
          (select coalesce(sum(r.amount), 0)::bigint from refunds r where r.order_id = o.id and r.line_id is not null)
            as line_refunds,
          (select count(*) from refunds r where r.order_id = o.id and r.state = 'MANUAL') as refunds_manual,
          exists (select from refund_accounts a where a.order_id = o.id) as has_refund_account
        from orders o where o.id = $1`,
      values: [orderId],
    },
  )
  return row
}
