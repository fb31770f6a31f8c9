import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { fulfilLine, sweepLines, type CreatedOrder } from '#orders'
import { pay, placed } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

// No worker runs here: each test decides what happens between payment and delivery.
let shop: TestShop

beforeAll(async () => {
  shop = await createTestShop()
}, 60_000)
afterEach(async () => expect(await checkInvariants(shop.database.url)).toEqual([]))
afterAll(() => shop.stop())

async function paidOrder(sku: StockSku): Promise<CreatedOrder> {
  const order = await placed(shop, [{ sku: sku.code, quantity: 1 }])
  await pay(shop, order)
  expect(await shop.app.orders.refreshPayment(order.trackingToken)).toMatchObject({ status: 'PROCESSING' })
  return order
}

/** A refund that somebody makes at the gateway, not through Lapak. */
async function refundAtGateway(order: CreatedOrder, amount: number): Promise<void> {
  const response = await fetch(`${shop.sandboxes['midtrans']}/v2/${order.payment.reference}/refund`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('SB-Mid-server-lapak-demo:').toString('base64')}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify({ amount, reason: 'by hand', refund_key: `hand-${order.orderNumber}` }),
  })
  expect(await response.json()).toMatchObject({ status_code: '200' })
  await shop.app.orders.refreshPayment(order.trackingToken)
}

async function lineOf(
  order: CreatedOrder,
): Promise<{ id: string; state: string; returned_outside: string; refunded: string }> {
  const [line] = await queryAs<{ id: string; state: string; returned_outside: string; refunded: string }>(
    shop.database.url,
    `select l.id, l.state, l.returned_outside, coalesce((select sum(amount) from refunds r where r.line_id = l.id), 0) as refunded
      from order_lines l join orders o on o.id = l.order_id where o.number = $1`,
    [order.orderNumber],
  )
  if (line === undefined) throw new Error('no line')
  return line
}

test('money that the bank takes back before the goods went out: nothing goes out, nothing is refunded twice', async () => {
  const sku = await createStockSku(shop, markedCodes('BANK', 1))
  const order = await paidOrder(sku)
  const change = { order_id: order.payment.reference, transaction_status: 'deny', force: true }
  await control(`${shop.sandboxes['midtrans']}/_sandbox/transition`, change)
  await shop.app.orders.refreshPayment(order.trackingToken)
  await fulfilLine(shop.shop, (await lineOf(order)).id)
  expect(await lineOf(order)).toMatchObject({
    state: 'FAILED',
    returned_outside: String(sku.price),
    refunded: '0',
  })
  expect(await shop.app.orders.track(order.trackingToken)).toMatchObject({ status: 'FAILED' })
  expect(await queryAs(shop.database.url, 'select 1 from deliveries')).toEqual([])
})

test('a refund made by hand at the gateway does not hold the line, nor the lines behind it', async () => {
  const [refunded, innocent] = [
    await createStockSku(shop, markedCodes('HAND', 1)),
    await createStockSku(shop, markedCodes('NEXT', 1)),
  ]
  const first = await paidOrder(refunded)
  const second = await paidOrder(innocent)
  await refundAtGateway(first, first.total)
  expect(await sweepLines(shop.shop, 0)).toEqual({ processed: 2, succeeded: 1, pending: 0, failed: 1 })
  expect(await lineOf(first)).toMatchObject({
    state: 'FAILED',
    returned_outside: String(refunded.price),
    refunded: '0',
  })
  expect(await lineOf(second)).toMatchObject({ state: 'DELIVERED' })
})

test('a part refunded by hand: the rest is refunded when the goods cannot come', async () => {
  const sku = await createStockSku(shop, markedCodes('PART', 1))
  const order = await paidOrder(sku)
  await refundAtGateway(order, 4_000)
  await queryAs(
    shop.database.url,
    `update stock_units set state = 'VOID', line_id = null, reserved_until = null where sku_id = $1`,
    [sku.skuId],
  )
  await fulfilLine(shop.shop, (await lineOf(order)).id)
  expect(await lineOf(order)).toMatchObject({
    state: 'FAILED',
    returned_outside: '4000',
    refunded: String(sku.price - 4_000),
  })
})

test('a line that cannot be moved is passed over; the lines behind it go on', async () => {
  const [broken, innocent] = [
    await createStockSku(shop, markedCodes('BROKEN', 1)),
    await createStockSku(shop, markedCodes('BEHIND', 1)),
  ]
  const first = await paidOrder(broken)
  const second = await paidOrder(innocent)
  const { id } = await lineOf(first)
  await queryAs(
    shop.database.url,
    `create function refuse_line() returns trigger language plpgsql as $$ begin
      if new.id = '${id}' then raise exception 'refused'; end if; return new; end $$`,
  )
  await queryAs(
    shop.database.url,
    'create trigger refuse_line before update on order_lines for each row execute function refuse_line()',
  )
  expect(await sweepLines(shop.shop, 0)).toEqual({ processed: 2, succeeded: 1, pending: 1, failed: 0 })
  expect(await lineOf(second)).toMatchObject({ state: 'DELIVERED' })
  await queryAs(shop.database.url, 'drop trigger refuse_line on order_lines')
  expect(await sweepLines(shop.shop, 0)).toMatchObject({ succeeded: 1 })
})
