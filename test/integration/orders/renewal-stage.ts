import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { CreatedOrder, OrderItemRequest, TrackView } from '#orders'
import { orderOf, VISITOR } from '../../support/buyer.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop } from '../../support/test-shop.ts'

/** An attempt to pay, as the tests look at it. */
export type AttemptRow = {
  id: string
  attempt: number
  state: string
  method: string
  reference: string
  booked_to: string | null
  let_go: boolean
  amount: number
}

/** A shop on both gateways in which nothing happens by itself. */
export type RenewalStage = Awaited<ReturnType<typeof openRenewalStage>>

/** Opens it; the tests decide what runs when. */
export async function openRenewalStage() {
  const shop = await createTestShop()
  const { url } = shop.database
  const at = (gateway: string, route: string, body: unknown) =>
    control(`${shop.sandboxes[gateway]}/_sandbox/${route}`, body)
  return {
    shop,
    at,
    async place(items: OrderItemRequest[], paymentMethod = 'midtrans'): Promise<CreatedOrder> {
      const created = await shop.app.orders.create(orderOf(items, { paymentMethod }), randomUUID(), VISITOR)
      if (!created.ok) throw new Error(JSON.stringify(created.error))
      return created.value
    },
    renew: (order: CreatedOrder, method?: string) =>
      shop.app.orders.renewPayment(order.trackingToken, method),
    /** Pays an attempt at its own gateway; nobody is told. */
    async pay(attempt: Pick<AttemptRow, 'reference' | 'method'>, change: Record<string, unknown> = {}) {
      if (attempt.method === 'midtrans')
        await at('midtrans', 'pay', { order_id: attempt.reference, payment_type: 'gopay', ...change })
      else await at('tokopay', 'pay', { ref_id: attempt.reference, ...change })
    },
    async attempts(order: CreatedOrder): Promise<AttemptRow[]> {
      return await queryAs<AttemptRow>(
        url,
        `select p.id, p.attempt, p.state, p.method, p.reference, p.booked_to, p.let_go, p.amount::int as amount
          from payments p join orders o on o.id = p.order_id where o.number = $1 order by p.attempt`,
        [order.orderNumber],
      )
    },
    async view(order: CreatedOrder): Promise<TrackView> {
      const view = await shop.app.orders.track(order.trackingToken)
      if (view === undefined) throw new Error('no such order')
      return view
    },
    async orderId(order: CreatedOrder): Promise<string> {
      const [row] = await queryAs<{ id: string }>(url, 'select id from orders where number = $1', [
        order.orderNumber,
      ])
      expect(row).toBeDefined()
      return row?.id ?? ''
    },
    async units(skuId: string, state: string): Promise<number> {
      const rows = await queryAs(url, 'select 1 from stock_units where sku_id = $1 and state = $2', [
        skuId,
        state,
      ])
      return rows.length
    },
    async deliveries(order: CreatedOrder): Promise<number> {
      const rows = await queryAs(
        url,
        `select 1 from deliveries d join order_lines l on l.id = d.line_id join orders o on o.id = l.order_id
          where o.number = $1`,
        [order.orderNumber],
      )
      return rows.length
    },
    async balance(code: string): Promise<number> {
      const [row] = await queryAs<{ balance: string }>(url, 'select balance from accounts where code = $1', [
        code,
      ])
      return Number(row?.balance)
    },
    query: <Row extends Record<string, unknown>>(text: string, values: unknown[] = []) =>
      queryAs<Row>(url, text, values),
  }
}

/** The first and the last of the attempts. */
export function ends(attempts: readonly AttemptRow[]): { first: AttemptRow; last: AttemptRow } {
  const first = attempts[0]
  const last = attempts.at(-1)
  if (first === undefined || last === undefined) throw new Error('no attempts')
  return { first, last }
}
