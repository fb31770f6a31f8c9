import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { endLeftAttempts, expireOrders, settlePayment, sweepLines, type CreatedOrder } from '#orders'
import { MAX_ATTEMPTS } from '../../../src/orders/payment-view.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letOrdersExpire } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { ends, openRenewalStage, type RenewalStage } from './renewal-stage.ts'

// No worker runs here: each test decides what happens between two payments.
let stage: RenewalStage
let mark = 0

beforeAll(async () => {
  stage = await openRenewalStage()
}, 60_000)
afterEach(async () => {
  for (const gateway of ['midtrans', 'tokopay']) await stage.at(gateway, 'faults', [])
  expect(await checkInvariants(stage.shop.database.url)).toEqual([])
})
afterAll(() => stage.shop.stop())

async function shelf(count = 1): Promise<StockSku> {
  mark += 1
  return await createStockSku(stage.shop, markedCodes(`RENEW${mark}`, count))
}

async function expired(order: CreatedOrder): Promise<void> {
  await letOrdersExpire(stage.shop.database.url, [order.orderNumber])
  await expireOrders(stage.shop.shop)
  expect((await stage.view(order)).status).toBe('EXPIRED')
}

async function deliver(order: CreatedOrder): Promise<void> {
  await stage.shop.app.orders.refreshPayment(order.trackingToken)
  await sweepLines(stage.shop.shop, 0)
}

const one = ({ code }: StockSku) => [{ sku: code, quantity: 1 }]

describe('an order that waits for its payment', () => {
  test('is paid by another way: the page is closed, the QR code is paid, the goods come once', async () => {
    const order = await stage.place(one(await shelf()))
    const renewed = await stage.renew(order, 'tokopay_qris')
    expect(renewed).toMatchObject({
      ok: true,
      value: {
        status: 'WAITING_PAYMENT',
        payment: { method: 'tokopay_qris', status: 'waiting', canRenew: true },
      },
    })
    const { first, last } = ends(await stage.attempts(order))
    expect([first.state, last.state, last.attempt]).toEqual(['CANCELLED', 'PENDING', 2])
    expect((await stage.view(order)).payment.qrString).toMatch(/^000201/)
    await stage.pay(last)
    await deliver(order)
    expect(await stage.view(order)).toMatchObject({ status: 'SUCCESS', payment: { status: 'paid' } })
    expect(await stage.deliveries(order)).toBe(1)
  })

  test('asked for the same way again, its payment stays as it is', async () => {
    const order = await stage.place(one(await shelf()), 'tokopay_qris')
    const before = await stage.view(order)
    const again = await stage.renew(order)
    expect(again).toMatchObject({ ok: true, value: { payment: { qrString: before.payment.qrString } } })
    expect(await stage.attempts(order)).toHaveLength(1)
  })

  test('was paid a moment ago, unknown to us: it goes on with that payment', async () => {
    const order = await stage.place(one(await shelf()))
    await stage.pay(ends(await stage.attempts(order)).first)
    expect(await stage.renew(order, 'tokopay_qris')).toMatchObject({
      ok: true,
      value: { status: 'PROCESSING' },
    })
    expect(await stage.attempts(order)).toHaveLength(1)
  })

  test('whose payment died before its time lives on and is paid anew', async () => {
    const order = await stage.place(one(await shelf()), 'tokopay_qris')
    const { first } = ends(await stage.attempts(order))
    await stage.at('tokopay', 'expire', { ref_id: first.reference })
    await settlePayment(stage.shop.shop, first.id)
    expect(await stage.view(order)).toMatchObject({
      status: 'WAITING_PAYMENT',
      payment: { status: 'expired', canRenew: true },
    })
    expect(await stage.renew(order)).toMatchObject({ ok: true, value: { payment: { status: 'waiting' } } })
    await stage.pay(ends(await stage.attempts(order)).last)
    await deliver(order)
    expect((await stage.view(order)).status).toBe('SUCCESS')
  })

  test('is refused another way when its price is too low by now, and its payment can be paid all the same', async () => {
    const stock = await shelf()
    const order = await stage.place(one(stock))
    await stage.query('update sku_prices set floor = retail + 1, retail = retail + 1 where sku_id = $1', [
      stock.skuId,
    ])
    expect(await stage.renew(order, 'tokopay_qris')).toEqual({ ok: false, error: { code: 'price_changed' } })
    const { first } = ends(await stage.attempts(order))
    expect(first.state).toBe('PENDING')
    await stage.pay(first)
    await deliver(order)
    expect((await stage.view(order)).status).toBe('SUCCESS')
  })

  test('keeps its goods for the time that it gets on top', async () => {
    const stock = await shelf()
    const order = await stage.place(one(stock))
    await stage.query(`update orders set expires_at = now() + interval '1 minute' where number = $1`, [
      order.orderNumber,
    ])
    await stage.renew(order, 'tokopay_qris')
    const [held] = await stage.query<{ minutes: number }>(
      `select extract(epoch from reserved_until - now())::int / 60 as minutes from stock_units where sku_id = $1`,
      [stock.skuId],
    )
    expect(held?.minutes).toBeGreaterThanOrEqual(15)
    expect(await stage.units(stock.skuId, 'RESERVED')).toBe(1)
  })
})

describe('an order that expired', () => {
  test('comes back with stock claimed anew and a whole new window', async () => {
    const stock = await shelf()
    const order = await stage.place(one(stock))
    await expired(order)
    expect(await stage.units(stock.skuId, 'AVAILABLE')).toBe(1)
    expect(await stage.renew(order)).toMatchObject({ ok: true, value: { status: 'WAITING_PAYMENT' } })
    expect(await stage.units(stock.skuId, 'RESERVED')).toBe(1)
    const { expiresAt, lines, timeline } = await stage.view(order)
    expect(new Date(expiresAt ?? 0).getTime() - Date.now()).toBeGreaterThan(59 * 60_000)
    expect(lines[0]?.status).toBe('WAITING')
    expect(timeline.map(({ state }) => state)).toEqual([
      'PENDING',
      'WAITING_PAYMENT',
      'EXPIRED',
      'WAITING_PAYMENT',
    ])
    await stage.pay(ends(await stage.attempts(order)).last)
    await deliver(order)
    expect((await stage.view(order)).status).toBe('SUCCESS')
  })

  test('is refused when somebody else has the goods by now', async () => {
    const stock = await shelf()
    const order = await stage.place(one(stock))
    await expired(order)
    await stage.place(one(stock))
    expect(await stage.renew(order)).toEqual({ ok: false, error: { code: 'sku_unavailable' } })
    expect((await stage.view(order)).status).toBe('EXPIRED')
    expect(await stage.attempts(order)).toHaveLength(1)
  })

  test.each([
    [
      'its price is below the least price of today',
      `update sku_prices set floor = retail + 1, retail = retail + 1 where sku_id = $1`,
      'price_changed',
    ],
    ['its SKU is hidden', `update skus set state = 'hidden' where id = $1`, 'sku_unavailable'],
  ])('is refused when %s', async (_, change, code) => {
    const stock = await shelf()
    const order = await stage.place(one(stock))
    await expired(order)
    await stage.query(change, [stock.skuId])
    expect(await stage.renew(order)).toEqual({ ok: false, error: { code } })
    expect(await stage.units(stock.skuId, 'AVAILABLE')).toBe(1)
  })

  test('keeps its price when a dearer one is not above what was agreed', async () => {
    const stock = await shelf()
    const order = await stage.place(one(stock))
    await expired(order)
    await stage.query('update sku_prices set retail = retail * 2 where sku_id = $1', [stock.skuId])
    expect(await stage.renew(order)).toMatchObject({ ok: true, value: { total: order.total } })
  })
})

describe('refused', () => {
  test('after MAX_ATTEMPTS payments, and the page says so', async () => {
    const order = await stage.place(one(await shelf()))
    for (let attempt = 2; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const method = attempt % 2 === 0 ? 'tokopay_qris' : 'midtrans'
      expect(await stage.renew(order, method)).toMatchObject({ ok: true })
    }
    expect((await stage.view(order)).payment.canRenew).toBe(false)
    expect(await stage.renew(order, 'midtrans')).toEqual({ ok: false, error: { code: 'not_renewable' } })
    expect(await stage.shop.app.orders.paymentMethods(order.trackingToken)).toEqual([])
    expect(await stage.attempts(order)).toHaveLength(MAX_ATTEMPTS)
  })

  test('once it is paid, cancelled, or for a token nobody knows', async () => {
    const paid = await stage.place(one(await shelf()))
    await stage.pay(ends(await stage.attempts(paid)).first)
    await deliver(paid)
    const cancelled = await stage.place(one(await shelf()))
    await stage.shop.app.orders.cancel(cancelled.trackingToken)
    for (const order of [paid, cancelled]) {
      expect(await stage.renew(order, 'tokopay_qris')).toEqual({
        ok: false,
        error: { code: 'not_renewable' },
      })
      expect(await stage.shop.app.orders.paymentMethods(order.trackingToken)).toEqual([])
    }
    expect(await stage.shop.app.orders.renewPayment('x'.repeat(27), undefined)).toEqual({
      ok: false,
      error: { code: 'not_found' },
    })
  })

  test('by a way that is off or unknown, with those that are left', async () => {
    const order = await stage.place(one(await shelf()))
    await stage.shop.app.methods.change('tokopay_bri_va', { enabled: false })
    for (const method of ['tokopay_bri_va', 'cowrie_shells']) {
      const refused = await stage.renew(order, method)
      if (refused.ok || refused.error.code !== 'payment_method_unavailable') throw new Error('not refused')
      const left = refused.error.methods.map((offer) => offer.method)
      expect(left).toContain('tokopay_qris')
      expect(left).not.toContain('tokopay_bri_va')
    }
    await stage.shop.app.methods.change('tokopay_bri_va', { enabled: true })
  })

  test('while the new gateway is down: the order lives, and another way works', async () => {
    const order = await stage.place(one(await shelf()))
    await stage.at('tokopay', 'faults', [{ match: { path: '/v1/*' }, fault: 'http_429' }])
    expect(await stage.renew(order, 'tokopay_qris')).toMatchObject({
      ok: false,
      error: { code: 'gateway_unavailable', methods: expect.any(Array) },
    })
    expect(await stage.view(order)).toMatchObject({
      status: 'WAITING_PAYMENT',
      payment: { canRenew: true },
    })
    await stage.at('tokopay', 'faults', [])
    expect(await stage.renew(order, 'midtrans')).toMatchObject({ ok: true })
    await stage.pay(ends(await stage.attempts(order)).last)
    await deliver(order)
    expect((await stage.view(order)).status).toBe('SUCCESS')
  })

  test('while the old gateway does not say that nobody can pay any more', async () => {
    const order = await stage.place(one(await shelf()))
    await stage.at('midtrans', 'faults', [{ match: { path: '/*' }, fault: 'http_500' }])
    expect(await stage.renew(order, 'tokopay_qris')).toMatchObject({
      ok: false,
      error: { code: 'gateway_unavailable' },
    })
    expect(await stage.attempts(order)).toHaveLength(1)
  })
})

describe('an earlier payment that is paid after all', () => {
  async function letGoFirst(): Promise<CreatedOrder> {
    const order = await stage.place(one(await shelf()), 'tokopay_qris')
    expect(await stage.renew(order, 'midtrans')).toMatchObject({ ok: true })
    const { first } = ends(await stage.attempts(order))
    expect(first).toMatchObject({ state: 'CANCELLED', let_go: true })
    return order
  }

  test('delivers the order once, and the later one is ended', async () => {
    const order = await letGoFirst()
    await stage.pay(ends(await stage.attempts(order)).first)
    await deliver(order)
    expect(await stage.view(order)).toMatchObject({
      status: 'SUCCESS',
      payment: { method: 'tokopay_qris', status: 'paid' },
    })
    expect(await endLeftAttempts(stage.shop.shop)).toEqual({ ended: 1 })
    const { first, last } = ends(await stage.attempts(order))
    expect([first.booked_to, last.state]).toEqual(['order', 'CANCELLED'])
    expect(await stage.deliveries(order)).toBe(1)
  })

  test('together with the later one: delivered once, the second is double money', async () => {
    const order = await letGoFirst()
    const before = await stage.balance('suspense')
    const { first, last } = ends(await stage.attempts(order))
    await stage.pay(last)
    await deliver(order)
    await stage.pay(first)
    await settlePayment(stage.shop.shop, first.id)
    const after = ends(await stage.attempts(order))
    expect([after.first.booked_to, after.last.booked_to]).toEqual(['suspense', 'order'])
    expect((await stage.balance('suspense')) - before).toBe(order.total)
    expect(await stage.deliveries(order)).toBe(1)
  })

  test('both at the same moment: one pays the order, the other waits for its owner', async () => {
    const order = await letGoFirst()
    const { first, last } = ends(await stage.attempts(order))
    await Promise.all([stage.pay(first), stage.pay(last)])
    await Promise.all([first, last].map(({ id }) => settlePayment(stage.shop.shop, id)))
    await sweepLines(stage.shop.shop, 0)
    const booked = (await stage.attempts(order)).map((attempt) => attempt.booked_to)
    expect(new Set(booked)).toEqual(new Set(['order', 'suspense']))
    expect(await stage.deliveries(order)).toBe(1)
  })
})
