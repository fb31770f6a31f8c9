import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CreatedOrder } from '#orders'
import { CONFIRM_WITHIN_MS } from '#payments'
import { expireOrders } from '../../../src/orders/expire-orders.ts'
import { pay, placed } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letOrdersExpire } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

/** Orders whose gateway does not confirm that nobody can pay any more. No worker runs beside these tests. */
let shop: TestShop
let stock: StockSku

beforeAll(async () => {
  shop = await createTestShop()
  stock = await createStockSku(shop, markedCodes('ENDING', 30))
})
beforeEach(() => midtrans('faults', []))
afterAll(async () => {
  expect(await checkInvariants(shop.database.url)).toEqual([])
  await shop.stop()
})

async function midtrans(route: string, body: unknown): Promise<void> {
  await control(`${shop.sandboxes['midtrans']}/_sandbox/${route}`, body)
}

const placedOne = () => placed(shop, [{ sku: stock.code, quantity: 1 }])
const fail = (path: string, fault = 'http_500') => midtrans('faults', [{ match: { path }, fault }])
const cancel = (order: CreatedOrder) => shop.app.orders.cancel(order.trackingToken)

async function choose({ payment }: CreatedOrder): Promise<void> {
  await midtrans('transition', {
    order_id: payment.reference,
    transaction_status: 'pending',
    payment_type: 'gopay',
  })
}

async function statesOf(order: CreatedOrder): Promise<{ order: string; payment: string }> {
  const rows = await queryAs<{ order: string; payment: string }>(
    shop.database.url,
    'select o.state as order, p.state as payment from orders o join payments p on p.order_id = o.id where o.number = $1',
    [order.orderNumber],
  )
  return rows[0] ?? { order: 'none', payment: 'none' }
}

const OPEN = { order: 'WAITING_PAYMENT', payment: 'PENDING' }
const TRY_AGAIN = { ok: false, error: { code: 'not_cancellable' } }

describe('a cancellation', () => {
  test('that the gateway does not carry out: the order stays, and can be paid', async () => {
    const order = await placedOne()
    await choose(order)
    await fail(`/v2/${order.payment.reference}/cancel`)
    expect(await cancel(order)).toEqual(TRY_AGAIN)
    expect(await statesOf(order)).toEqual(OPEN)
    await pay(shop, order)
    await shop.app.orders.refreshPayment(order.trackingToken)
    expect(await statesOf(order)).toEqual({ order: 'PROCESSING', payment: 'PAID' })
  })

  test('whose answer is lost after it was carried out: the order is cancelled', async () => {
    const order = await placedOne()
    await choose(order)
    await fail(`/v2/${order.payment.reference}/cancel`, 'truncate')
    expect(await cancel(order)).toMatchObject({ ok: true, value: { status: 'CANCELLED' } })
    expect(await statesOf(order)).toEqual({ order: 'CANCELLED', payment: 'CANCELLED' })
  })

  test('of a page that the gateway does not close: the order stays, a second try cancels it', async () => {
    const order = await placedOne()
    await fail('/snap/v1/transactions/*')
    expect(await cancel(order)).toEqual(TRY_AGAIN)
    expect(await statesOf(order)).toEqual(OPEN)
    await midtrans('faults', [])
    expect(await cancel(order)).toMatchObject({ ok: true })
    expect(await statesOf(order)).toEqual({ order: 'CANCELLED', payment: 'CANCELLED' })
  })

  test('after a denied try: the page takes another method, so the order stays', async () => {
    const order = await placedOne()
    await midtrans('transition', {
      order_id: order.payment.reference,
      transaction_status: 'deny',
      payment_type: 'gopay',
    })
    expect(await cancel(order)).toEqual(TRY_AGAIN)
    expect(await statesOf(order)).toEqual(OPEN)
  })
})

describe('an order whose time is over', () => {
  async function overdue(): Promise<CreatedOrder> {
    const order = await placedOne()
    await choose(order)
    await letOrdersExpire(shop.database.url, [order.orderNumber])
    return order
  }
  const later = (ms: number) => ({
    ...shop.shop,
    clock: { now: () => new Date(shop.shop.clock.now().getTime() + ms) },
  })

  test('waits while its gateway does not end the payment, and is closed when it does', async () => {
    const order = await overdue()
    await fail('/v2/*/expire')
    expect(await expireOrders(shop.shop)).toMatchObject({ closed: 0 })
    expect(await statesOf(order)).toEqual(OPEN)
    await midtrans('faults', [])
    await expireOrders(shop.shop)
    expect(await statesOf(order)).toEqual({ order: 'EXPIRED', payment: 'EXPIRED' })
  })

  test('waits while its page was not confirmed closed', async () => {
    const order = await placedOne()
    await letOrdersExpire(shop.database.url, [order.orderNumber])
    await fail('/snap/v1/transactions/*')
    await expireOrders(shop.shop)
    expect(await statesOf(order)).toEqual(OPEN)
  })

  test('is closed after a day all the same; money that comes then is late money', async () => {
    const order = await overdue()
    await fail('/v2/*')
    await expireOrders(later(CONFIRM_WITHIN_MS - 2 * 3_600_000))
    expect(await statesOf(order)).toEqual(OPEN)
    await expireOrders(later(CONFIRM_WITHIN_MS))
    expect(await statesOf(order)).toEqual({ order: 'EXPIRED', payment: 'PENDING' })
    await midtrans('faults', [])
    await pay(shop, order)
    await shop.app.orders.refreshPayment(order.trackingToken)
    expect(await statesOf(order)).toEqual({ order: 'PROCESSING', payment: 'PAID' })
  })
})

test('an order that cannot be moved does not hold up the expiry of the others', async () => {
  const [broken, innocent] = [await placedOne(), await placedOne()]
  await letOrdersExpire(shop.database.url, [broken.orderNumber, innocent.orderNumber])
  const older = `update orders set expires_at = expires_at - interval '1 minute' where number = $1`
  await queryAs(shop.database.url, older, [broken.orderNumber])
  await queryAs(
    shop.database.url,
    `create function refuse_order() returns trigger language plpgsql as $$ begin
      if new.number = '${broken.orderNumber}' then raise exception 'refused'; end if; return new; end $$`,
  )
  const watch =
    'create trigger refuse_order before update on orders for each row execute function refuse_order()'
  await queryAs(shop.database.url, watch)
  await expireOrders(shop.shop)
  expect(await statesOf(innocent)).toEqual({ order: 'EXPIRED', payment: 'EXPIRED' })
  await queryAs(shop.database.url, 'drop trigger refuse_order on orders')
  await expireOrders(shop.shop)
  expect((await statesOf(broken)).order).toBe('EXPIRED')
})

test('a hundred orders of a gateway that is turned off do not hold up the end of another’s', async () => {
  await queryAs(
    shop.database.url,
    `with o as (
        insert into orders (id, number, token_hash, state, locale, customer_name, customer_email, customer_phone, subtotal,
          total, payment_method, expires_at)
        select gen_random_uuid(), 'LP-OFF' || lpad(n::text, 7, '0'), sha256(n::text::bytea), 'WAITING_PAYMENT', 'id', 'Sari',
          'sari@example.com', '', 5000, 5000, 'off_qris', now() - interval '2 hours'
        from generate_series(1, 100) n returning id, number)
      insert into payments (id, order_id, gateway, method, reference, amount, state, expires_at)
        select gen_random_uuid(), id, 'off', 'off_qris', number, 5000, 'PENDING', now() - interval '2 hours' from o`,
  )
  const order = await placedOne()
  await letOrdersExpire(shop.database.url, [order.orderNumber])
  expect(await expireOrders(shop.shop)).toEqual({ closed: 1, waiting: 100 })
  expect(await statesOf(order)).toEqual({ order: 'EXPIRED', payment: 'EXPIRED' })
  await queryAs(
    shop.database.url,
    `with gone as (delete from payments where gateway = 'off') delete from orders where number like 'LP-OFF%'`,
  )
})
