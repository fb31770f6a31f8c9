import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { fulfilLine, settlePayment, sweepLines, type CreatedOrder } from '#orders'
import { createTaggedCache } from '#platform/tagged-cache.ts'
import { refreshTags } from '#platform/cache-tags.ts'
import { findPayment, listPaymentMethods } from '#payments'
import { settleFact } from '../../../src/orders/settle-payment.ts'
import { orderOf, VISITOR } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { ends, openRenewalStage, type RenewalStage } from './renewal-stage.ts'

/** A virtual account whose buyer pays the cost: Rp4.000 a payment. */
const ACCOUNT = 'tokopay_bri_va'
const FEE = 4_000

// No worker runs here: each test decides what becomes of the goods.
let stage: RenewalStage
let mark = 0

beforeAll(async () => {
  stage = await openRenewalStage()
  const cost = { fixed: FEE, bps: 0 }
  expect(
    await stage.shop.app.methods.change(ACCOUNT, { enabled: true, cost, buyerPaysCost: true }),
  ).toMatchObject({
    ok: true,
    value: { buyerPaysCost: true, cost },
  })
}, 60_000)
afterEach(async () => {
  await stage.at('tokopay', 'config', { feeMode: 'merchant' })
  expect(await checkInvariants(stage.shop.database.url)).toEqual([])
})
afterAll(() => stage.shop.stop())

async function shelf(count = 1): Promise<StockSku> {
  mark += 1
  return await createStockSku(stage.shop, markedCodes(`FEE${mark}`, count))
}

async function lineIds(order: CreatedOrder): Promise<string[]> {
  const rows = await stage.query<{ id: string }>(
    `select l.id from order_lines l join orders o on o.id = l.order_id where o.number = $1 order by l.position`,
    [order.orderNumber],
  )
  return rows.map(({ id }) => id)
}

/** A code that is gone although it was held: the shelf was counted wrong. */
async function loseUnits({ skuId }: StockSku): Promise<void> {
  await stage.query(`delete from stock_units where sku_id = $1 and state <> 'SOLD'`, [skuId])
}

async function paidOrder(skus: readonly StockSku[], method = ACCOUNT): Promise<CreatedOrder> {
  const order = await stage.place(
    skus.map(({ code }) => ({ sku: code, quantity: 1 })),
    method,
  )
  await stage.pay(ends(await stage.attempts(order)).first)
  await stage.shop.app.orders.refreshPayment(order.trackingToken)
  expect((await stage.view(order)).status).toBe('PROCESSING')
  return order
}

describe('the fee of a way to pay', () => {
  test('is in the quote, in the order and in what the gateway asks for', async () => {
    const stock = await shelf()
    const items = [{ sku: stock.code, quantity: 1 }]
    const quoted = await stage.shop.app.orders.quote({ items, paymentMethod: ACCOUNT })
    expect(quoted).toMatchObject({
      ok: true,
      value: { fee: FEE, subtotal: stock.price, total: stock.price + FEE },
    })
    const order = await stage.place(items, ACCOUNT)
    expect(order).toMatchObject({ total: stock.price + FEE, payment: { bank: 'bri' } })
    expect(order.payment.vaNumber).toMatch(/^\d+$/)
    expect(await stage.view(order)).toMatchObject({
      fee: FEE,
      subtotal: stock.price,
      total: stock.price + FEE,
    })
    expect(ends(await stage.attempts(order)).first.amount).toBe(stock.price + FEE)
  })

  test('follows the way that the buyer changes to', async () => {
    const stock = await shelf()
    const order = await stage.place([{ sku: stock.code, quantity: 1 }], ACCOUNT)
    expect(await stage.renew(order, 'tokopay_qris')).toMatchObject({
      ok: true,
      value: { fee: 0, total: stock.price },
    })
    const { first, last } = ends(await stage.attempts(order))
    expect([first.amount, last.amount]).toEqual([stock.price + FEE, stock.price])
  })

  test('is that of the payment which paid, when an earlier one does after all', async () => {
    const stock = await shelf()
    const order = await stage.place([{ sku: stock.code, quantity: 1 }], ACCOUNT)
    await stage.renew(order, 'tokopay_qris')
    const { first } = ends(await stage.attempts(order))
    await stage.pay(first)
    await settlePayment(stage.shop.shop, first.id)
    await sweepLines(stage.shop.shop, 0)
    expect(await stage.view(order)).toMatchObject({ status: 'SUCCESS', fee: FEE, total: stock.price + FEE })
  })

  test('an order with the total of another way is refused, with the right one beside it', async () => {
    const stock = await shelf()
    const request = orderOf([{ sku: stock.code, quantity: 1 }], {
      paymentMethod: ACCOUNT,
      expectedTotal: stock.price,
    })
    expect(await stage.shop.app.orders.create(request, randomUUID(), VISITOR)).toMatchObject({
      ok: false,
      error: { code: 'price_changed', current: { total: stock.price + FEE } },
    })
  })
})

describe('the fee that a buyer paid', () => {
  test('is earned when the goods came', async () => {
    const before = await stage.balance('fees:buyers')
    const order = await paidOrder([await shelf()])
    await sweepLines(stage.shop.shop, 0)
    expect((await stage.view(order)).status).toBe('SUCCESS')
    expect((await stage.balance('fees:buyers')) - before).toBe(FEE)
  })

  test('is earned when a part of the goods came, and only the rest goes back', async () => {
    const before = await stage.balance('fees:buyers')
    const [good, gone] = [await shelf(), await shelf()]
    const order = await paidOrder([good, gone])
    await loseUnits(gone)
    await sweepLines(stage.shop.shop, 0)
    expect(await stage.view(order)).toMatchObject({
      status: 'PARTIAL',
      payment: { refund: { amount: gone.price } },
    })
    expect((await stage.balance('fees:buyers')) - before).toBe(FEE)
  })

  test('goes back with the rest when nothing came', async () => {
    const before = await stage.balance('fees:buyers')
    const gone = await shelf()
    const order = await paidOrder([gone])
    await loseUnits(gone)
    await sweepLines(stage.shop.shop, 0)
    expect(await stage.view(order)).toMatchObject({
      status: 'FAILED',
      payment: { refund: { amount: gone.price + FEE } },
    })
    expect(await stage.balance('fees:buyers')).toBe(before)
    for (const line of await lineIds(order)) await fulfilLine(stage.shop.shop, line)
    const refunds = await stage.query(
      `select 1 from refunds r join orders o on o.id = r.order_id where o.number = $1`,
      [order.orderNumber],
    )
    expect(refunds).toHaveLength(2)
  })

  /** What a bank or a person at the gateway gives back, as the gateway tells of it. */
  async function giveBackOutside(
    order: CreatedOrder,
    state: 'partially_refunded' | 'chargeback',
    amount: number,
  ) {
    const { first } = ends(await stage.attempts(order))
    const payment = await findPayment(stage.shop.shop.db, first.id)
    if (payment?.gatewayTransactionId == null) throw new Error('not paid')
    await settleFact(stage.shop.shop, payment, {
      state,
      transactionId: payment.gatewayTransactionId,
      reference: payment.reference,
      amount: payment.payable,
      currency: 'IDR',
      merchantMatches: true,
      method: 'va',
      at: stage.shop.shop.clock.now(),
      refunds: state === 'chargeback' ? [] : [{ key: `by-hand-${order.orderNumber}`, amount }],
    })
  }

  async function givenBack(order: CreatedOrder): Promise<{ own: number; outside: number }> {
    const [back] = await stage.query<{ own: string; outside: string }>(
      `select coalesce((select sum(amount) from refunds r where r.order_id = o.id), 0) as own,
        o.fee_returned_outside + (select sum(returned_outside) from order_lines l where l.order_id = o.id) as outside
      from orders o where o.number = $1`,
      [order.orderNumber],
    )
    return { own: Number(back?.own), outside: Number(back?.outside) }
  }

  test.each([
    ['all of it', (total: number) => total],
    ['all but the last rupiah', (total: number) => total - 1],
    ['as much as the fee', () => FEE],
    ['less than the goods', () => 5_000],
    ['one rupiah', () => 1],
  ])('given back outside of Lapak (%s) before nothing came: nothing goes twice', async (_, part) => {
    const gone = await shelf()
    const order = await paidOrder([gone])
    const total = gone.price + FEE
    await giveBackOutside(order, 'partially_refunded', part(total))
    await loseUnits(gone)
    await sweepLines(stage.shop.shop, 0)
    expect((await stage.view(order)).status).toBe('FAILED')
    expect(await givenBack(order)).toEqual({ own: total - part(total), outside: part(total) })
  })

  test('charged back before nothing came: all of it is gone already', async () => {
    const gone = await shelf()
    const order = await paidOrder([gone])
    await giveBackOutside(order, 'chargeback', 0)
    await sweepLines(stage.shop.shop, 0)
    expect((await stage.view(order)).status).toBe('FAILED')
    expect(await givenBack(order)).toEqual({ own: 0, outside: gone.price + FEE })
  })
})

describe('what the gateway keeps', () => {
  async function keptOf(order: CreatedOrder) {
    const [row] = await stage.query<{
      received: string
      net: string | null
      gateway_fee: string | null
      payable: string
    }>(
      `select p.received, p.net, p.gateway_fee, coalesce(p.payable, p.amount) as payable
        from payments p where p.reference = $1`,
      [order.payment.reference],
    )
    return {
      received: Number(row?.received),
      payable: Number(row?.payable),
      net: row?.net === null ? null : Number(row?.net),
      fee: row?.gateway_fee === null ? null : Number(row?.gateway_fee),
    }
  }

  test('of what arrives is booked apart, once, however often it is told', async () => {
    const before = await stage.balance('gateway-fees')
    const stock = await shelf()
    const order = await paidOrder([stock], 'tokopay_qris')
    const kept = await keptOf(order)
    expect(kept.received).toBe(stock.price)
    expect(kept.fee).toBeGreaterThan(0)
    expect(kept.net).toBe(stock.price - (kept.fee ?? 0))
    const { first } = ends(await stage.attempts(order))
    for (let copy = 0; copy < 3; copy += 1) await settlePayment(stage.shop.shop, first.id)
    expect(before - (await stage.balance('gateway-fees'))).toBe(kept.fee)
    const [setting] = (await stage.shop.app.methods.list()).filter(({ method }) => method === 'tokopay_qris')
    expect(setting?.lately.kept).toBeGreaterThanOrEqual(kept.fee ?? 0)
  })

  test('on top of the order is the buyer’s to pay there, and never ours', async () => {
    await stage.at('tokopay', 'config', { feeMode: 'buyer' })
    const before = await stage.balance('gateway:tokopay')
    const stock = await shelf()
    const order = await stage.place([{ sku: stock.code, quantity: 1 }], 'tokopay_qris')
    expect(order.payment.payable).toBeGreaterThan(order.total)
    expect((await stage.view(order)).payment.payable).toBe(order.payment.payable)
    await stage.pay(ends(await stage.attempts(order)).first)
    await stage.shop.app.orders.refreshPayment(order.trackingToken)
    await sweepLines(stage.shop.shop, 0)
    expect((await stage.view(order)).status).toBe('SUCCESS')
    expect(await keptOf(order)).toMatchObject({ received: order.total, payable: order.payment.payable })
    const kept = (await keptOf(order)).fee ?? 0
    expect(before - (await stage.balance('gateway:tokopay'))).toBe(order.total - kept)
  })

  test('paid without the surcharge: too little, it goes back instead of being taken for the whole', async () => {
    await stage.at('tokopay', 'config', { feeMode: 'buyer' })
    const order = await stage.place([{ sku: (await shelf()).code, quantity: 1 }], 'tokopay_qris')
    const { first } = ends(await stage.attempts(order))
    await stage.pay(first, { amount: order.total })
    await settlePayment(stage.shop.shop, first.id)
    expect(ends(await stage.attempts(order)).first).toMatchObject({ state: 'REVIEW', booked_to: 'suspense' })
    expect(await stage.deliveries(order)).toBe(0)
  })
})

describe('ways to pay', () => {
  test('change in every process within a turn of its cache', async () => {
    const { db, gateways } = stage.shop.shop
    const cache = createTaggedCache({ maxBytes: 1_000_000 })
    const offered = async (): Promise<string[]> =>
      (await listPaymentMethods({ db, gateways, cache }, 20_000)).map(({ method }) => method)
    await refreshTags(db, cache)
    expect(await offered()).toContain('tokopay_qris')
    await stage.shop.app.methods.change('tokopay_qris', { enabled: false })
    expect(await offered()).toContain('tokopay_qris')
    await refreshTags(db, cache)
    expect(await offered()).not.toContain('tokopay_qris')
    await stage.shop.app.methods.change('tokopay_qris', { enabled: true })
  })

  test('that are off are refused at once by who changed them', async () => {
    const stock = await shelf()
    await stage.shop.app.methods.change('tokopay_qris', { enabled: false })
    const request = orderOf([{ sku: stock.code, quantity: 1 }], { paymentMethod: 'tokopay_qris' })
    expect(await stage.shop.app.orders.create(request, randomUUID(), VISITOR)).toMatchObject({
      ok: false,
      error: { code: 'payment_method_unavailable' },
    })
    await stage.shop.app.methods.change('tokopay_qris', { enabled: true })
  })

  test('are listed in the order of the operator; a place moves the others along', async () => {
    const before = (await stage.shop.app.methods.list()).map(({ method }) => method)
    await stage.shop.app.methods.change(ACCOUNT, { position: 1 })
    const after = (await stage.shop.app.methods.list()).map(({ method }) => method)
    expect(after).toEqual([ACCOUNT, ...before.filter((method) => method !== ACCOUNT)])
    const changes = before.map((method, index) =>
      stage.shop.app.methods.change(method, { position: index + 1 }),
    )
    expect((await Promise.all(changes)).every(({ ok }) => ok)).toBe(true)
    const positions = (await stage.shop.app.methods.list()).map(({ position }) => position)
    expect(new Set(positions).size).toBe(before.length)
  })

  test.each([
    ['tokopay_qris', { buyerPaysCost: true }, 'qris_fee'],
    ['midtrans', { buyerPaysCost: true }, 'qris_fee'],
    [ACCOUNT, { cost: { fixed: -1, bps: 0 } }, 'invalid_request'],
    [ACCOUNT, { cost: { fixed: 0, bps: 5_000 } }, 'invalid_request'],
    [ACCOUNT, { minimum: 20_000, maximum: 10_000 }, 'invalid_request'],
    [ACCOUNT, { position: 99 }, 'invalid_request'],
    ['tokopay_qris', { maximum: 20_000_000 }, 'invalid_request'],
    ['cowrie_shells', { enabled: true }, 'method_unknown'],
  ])('refuse %s %j', async (method, change, code) => {
    const before = await stage.shop.app.methods.list()
    expect(await stage.shop.app.methods.change(method, change)).toMatchObject({ ok: false, error: { code } })
    expect(await stage.shop.app.methods.list()).toEqual(before)
  })

  test('guard below the code: the database takes no fee for QRIS, and shows no cost of ours to a visitor', async () => {
    await expect(
      stage.query(`update payment_methods set buyer_pays_cost = true where method = 'tokopay_qris'`),
    ).rejects.toThrow('payment_methods_qris_free')
    const asVisitor = (text: string) =>
      stage.shop.shop.db.once('test.look', { role: 'web' }, { text, values: [] })
    await expect(asVisitor('select cost_fixed from payment_methods')).rejects.toThrow('permission denied')
    await expect(asVisitor('select net, gateway_fee from payments')).rejects.toThrow('permission denied')
    const [account] = await stage.query(
      'select buyer_fee_fixed::int as fee from payment_methods where method = $1',
      [ACCOUNT],
    )
    expect(account).toEqual({ fee: FEE })
  })
})
