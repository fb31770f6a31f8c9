import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { returnSurplus, type CreatedOrder } from '#orders'
import { orderOf, VISITOR, whenState } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letOrdersExpire, letTimePass } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

type SentWebhook = { key?: string; body: { reff_id: string }; attempt: number; answer?: unknown }

let shop: TestShop
let origin: string
let stock: StockSku

beforeAll(async () => {
  shop = await createTestShop()
  origin = await shop.serve()
  stock = await createStockSku(shop, markedCodes('TOKO', 30))
}, 60_000)
afterEach(async () => {
  await at('config', { feeMode: 'merchant' })
  expect(await checkInvariants(shop.database.url)).toEqual([])
})
afterAll(() => shop.stop())

const at = (route: string, body: unknown) => control(`${shop.sandboxes['tokopay']}/_sandbox/${route}`, body)
const pay = (order: CreatedOrder, change: Record<string, unknown> = {}) =>
  at('pay', { ref_id: order.payment.reference, ...change })

async function placed(paymentMethod = 'tokopay_qris'): Promise<CreatedOrder> {
  const order = orderOf([{ sku: stock.code, quantity: 1 }], { paymentMethod })
  const created = await shop.app.orders.create(order, randomUUID(), VISITOR)
  if (!created.ok) throw new Error(JSON.stringify(created.error))
  return created.value
}

async function sent(order: CreatedOrder): Promise<SentWebhook[]> {
  const response = await fetch(`${shop.sandboxes['tokopay']}/_sandbox/webhooks`)
  const { webhooks } = (await response.json()) as { webhooks: SentWebhook[] }
  return webhooks.filter(({ body }) => body.reff_id === order.payment.reference)
}

async function paymentOf(
  order: CreatedOrder,
): Promise<{ state: string; received: string; payable: string; task: string | null }> {
  const [row] = await queryAs<{ state: string; received: string; payable: string; task: string | null }>(
    shop.database.url,
    `select p.state, p.received, p.payable, e.kind as task from payments p left join payment_exceptions e on e.payment_id = p.id
      where p.reference = $1`,
    [order.payment.reference],
  )
  if (row === undefined) throw new Error('no payment')
  return row
}

test('an order is paid by QRIS and delivered; every copy of the message is answered as Tokopay wants', async () => {
  const order = await placed()
  expect(order.payment.qrString).toMatch(/^000201/)
  await pay(order)
  await whenState(shop, order, 'SUCCESS')
  const [webhook] = await sent(order)
  const body = JSON.stringify(webhook?.body)
  for (let copy = 0; copy < 3; copy += 1) {
    const answer = await fetch(`${origin}/api/webhooks/tokopay`, { method: 'POST', body })
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
      200,
      'application/json',
      '{"status":true}',
    ])
  }
  expect(await sent(order)).toHaveLength(1)
})

test('`Completed` after `Success` is the same money', async () => {
  const order = await placed('tokopay_bri_va')
  await pay(order)
  await whenState(shop, order, 'SUCCESS')
  await pay(order, { status: 'Completed' })
  await eventually('both messages to be handled', async () => {
    const rows = await queryAs(
      shop.database.url,
      `select 1 from webhook_inbox where reference = $1 and state = 'HANDLED'`,
      [order.payment.reference],
    )
    return rows.length === 2
  })
  expect(await paymentOf(order)).toMatchObject({ state: 'PAID', task: null })
})

test('a forged message is refused and changes nothing', async () => {
  const order = await placed()
  const forged = {
    reference: 'TP1',
    reff_id: order.payment.reference,
    status: 'Success',
    signature: '0'.repeat(32),
    data: { merchant_id: 'M240000DEMO001', total_dibayar: order.total },
  }
  const answer = await fetch(`${origin}/api/webhooks/tokopay`, {
    method: 'POST',
    body: JSON.stringify(forged),
  })
  expect(answer.status).toBe(401)
  expect(await shop.app.orders.track(order.trackingToken)).toMatchObject({ status: 'WAITING_PAYMENT' })
})

test('a fee on top is what the buyer pays, and the order is delivered for it', async () => {
  await at('config', { feeMode: 'buyer' })
  const order = await placed()
  await pay(order)
  await whenState(shop, order, 'SUCCESS')
  const { state, received, payable } = await paymentOf(order)
  expect([state, Number(received)]).toEqual(['PAID', stock.price])
  expect(Number(payable)).toBeGreaterThan(stock.price)
})

test('a sum that was not asked for goes back by hand, and nothing is delivered for it', async () => {
  const order = await placed()
  const amount = stock.price - 1
  await pay(order, { amount })
  await eventually('the sum to be seen', async () => (await paymentOf(order)).state === 'REVIEW')
  // The worker does it, too, and whoever is first: a repeat finds the refund.
  await returnSurplus(shop.shop)
  const refund = await eventually('a refund that waits for a person', async () => {
    const [row] = await queryAs<{ state: string; amount: number; task: string }>(
      shop.database.url,
      `select r.state, r.amount::int, e.state as task from refunds r join payments p on p.id = r.payment_id
        join payment_exceptions e on e.payment_id = p.id where p.reference = $1`,
      [order.payment.reference],
    )
    return row?.state === 'MANUAL' ? row : undefined
  })
  expect(refund).toEqual({ state: 'MANUAL', amount, task: 'RESOLVED' })
  expect(await paymentOf(order)).toMatchObject({ state: 'REVIEW', task: 'amount_mismatch' })
  const view = await shop.app.orders.track(order.trackingToken)
  expect(view?.lines[0]).not.toHaveProperty('delivery')
  expect(await shop.app.orders.cancel(order.trackingToken)).toMatchObject({ ok: true })
})

test('an order is cancelled although Tokopay cannot end a bill, and money that comes then is not lost', async () => {
  const order = await placed()
  expect(await shop.app.orders.cancel(order.trackingToken)).toMatchObject({ ok: true })
  expect(await paymentOf(order)).toMatchObject({ state: 'CANCELLED' })
  await pay(order)
  await eventually('the late money to be found', async () => {
    return (await paymentOf(order)).state === 'PAID'
  })
  expect(await paymentOf(order)).toMatchObject({ task: 'cancelled_order' })
  expect(await shop.app.orders.track(order.trackingToken)).toMatchObject({ status: 'CANCELLED' })
})

test('late money is found without any message, too', async () => {
  const order = await placed()
  await shop.app.orders.cancel(order.trackingToken)
  await at('webhooks', { drop: true })
  await pay(order)
  const [row] = await queryAs<{ at: Date | null }>(
    shop.database.url,
    'select next_poll_at as at from payments where reference = $1',
    [order.payment.reference],
  )
  expect(row?.at?.getTime()).toBeGreaterThan(Date.now())
  await queryAs(shop.database.url, 'update payments set next_poll_at = now() where reference = $1', [
    order.payment.reference,
  ])
  await eventually('the poller to find it', async () => (await paymentOf(order)).state === 'PAID')
  await at('webhooks', { drop: false })
})

test('an order that nobody paid expires by our clock, without a word of Tokopay', async () => {
  const order = await placed()
  await letOrdersExpire(shop.database.url, [order.orderNumber])
  await whenState(shop, order, 'EXPIRED')
  expect(await paymentOf(order)).toMatchObject({ state: 'EXPIRED', task: null })
})

test('while Tokopay is down another method is offered, and nothing is left open', async () => {
  await at('faults', { match: { method: 'POST', path: '/v1/order' }, fault: 'http_500', times: 1 })
  const order = orderOf([{ sku: stock.code, quantity: 1 }], { paymentMethod: 'tokopay_qris' })
  const refused = await shop.app.orders.create(order, randomUUID(), VISITOR)
  expect(refused).toMatchObject({ ok: false, error: { code: 'gateway_unavailable' } })
})

test('a lost answer to opening is made good by the same request: one bill, one payment', async () => {
  const key = randomUUID()
  const order = orderOf([{ sku: stock.code, quantity: 1 }], { paymentMethod: 'tokopay_qris' })
  await at('faults', { match: { method: 'POST', path: '/v1/order' }, fault: 'truncate', times: 1 })
  const lost = await shop.app.orders.create(order, key, VISITOR)
  expect(lost).toMatchObject({ ok: false, error: { code: 'gateway_unavailable' } })
  // Long enough for a repeat to take the order over, too short for the shop to close it.
  await letTimePass(shop.database.url, '20 seconds')
  const created = await eventually('the repeated request to be answered', async () => {
    const answer = await shop.app.orders.create(order, key, VISITOR)
    return answer.ok ? answer.value : undefined
  })
  expect(created.payment.qrString).toMatch(/^000201/)
  await pay(created)
  await whenState(shop, created, 'SUCCESS')
})
