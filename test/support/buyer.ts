import { randomUUID } from 'node:crypto'
import type { CreatedOrder, OrderItemRequest, TrackView } from '#orders'
import { eventually } from './eventually.ts'
import { control, type TestShop } from './test-shop.ts'

/** A visitor of the tests. */
export const VISITOR = { ip: '127.0.0.1', locale: 'id' } as const

/** An order request that is right in every field. */
export function orderOf(items: OrderItemRequest[], change: Record<string, unknown> = {}) {
  return {
    items,
    customer: { name: 'Sari Dewi', email: 'sari@example.com', phone: '0812-3456-7890' },
    paymentMethod: 'midtrans',
    ...change,
  }
}

/** Places an order with a key of its own; throws when it is refused. */
export async function placed(shop: Pick<TestShop, 'app'>, items: OrderItemRequest[]): Promise<CreatedOrder> {
  const created = await shop.app.orders.create(orderOf(items), randomUUID(), VISITOR)
  if (!created.ok) throw new Error(JSON.stringify(created.error))
  return created.value
}

/** Pays at the gateway's simulator; the notification follows by itself. */
export async function pay(
  shop: Pick<TestShop, 'sandboxes'>,
  order: Pick<CreatedOrder, 'payment'>,
  change: Record<string, unknown> = {},
): Promise<void> {
  await control(`${shop.sandboxes['midtrans']}/_sandbox/pay`, {
    order_id: order.payment.reference,
    payment_type: 'gopay',
    ...change,
  })
}

/** The order as its page shows it once `holds` is true of it; waits for changes, not for time. */
export async function whenOrder(
  shop: Pick<TestShop, 'app'>,
  order: Pick<CreatedOrder, 'trackingToken'>,
  holds: (view: TrackView) => boolean,
): Promise<TrackView> {
  let last: TrackView | undefined
  const signal = new AbortController().signal
  const found = await eventually('the order to get there', async () => {
    if (last !== undefined)
      await shop.app.orders.waitForChange(order.trackingToken, last.version, 500, signal)
    last = await shop.app.orders.track(order.trackingToken)
    return last !== undefined && holds(last) ? last : undefined
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; it is ${JSON.stringify(last)}`)
  })
  return found
}

/** The order once its state is one of these. */
export async function whenState(
  shop: Pick<TestShop, 'app'>,
  order: Pick<CreatedOrder, 'trackingToken'>,
  ...states: TrackView['status'][]
): Promise<TrackView> {
  return await whenOrder(shop, order, (view) => states.includes(view.status))
}
