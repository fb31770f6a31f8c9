import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { closeStalledOrders, expireOrders, settlePayment, type CreatedOrder } from '#orders'
import { planPayment } from '#payments'
import { newId } from '#platform/ids.ts'
import { closeUnpaidOrder } from '../../../src/orders/close-unpaid-order.ts'
import { writeAttempt } from '../../../src/orders/write-attempt.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letOrdersExpire } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { ends, openRenewalStage, type RenewalStage } from './renewal-stage.ts'

// No worker runs here: each test decides who comes when.
let stage: RenewalStage
let stock: StockSku

beforeAll(async () => {
  stage = await openRenewalStage()
  stock = await createStockSku(stage.shop, markedCodes('RACE', 60))
}, 60_000)
afterEach(async () => expect(await checkInvariants(stage.shop.database.url)).toEqual([]))
afterAll(() => stage.shop.stop())

const place = (method?: string) => stage.place([{ sku: stock.code, quantity: 1 }], method)

async function openAttempts(order: CreatedOrder): Promise<number> {
  const attempts = await stage.attempts(order)
  return attempts.filter(({ state }) => state === 'CREATING' || state === 'PENDING').length
}

describe('two renewals at once', () => {
  test.each([
    ['by one way', ['tokopay_qris', 'tokopay_qris']],
    ['by two ways', ['tokopay_qris', 'tokopay_bri_va']],
  ])('%s open one payment', async (_, methods) => {
    for (let round = 0; round < 5; round += 1) {
      const order = await place()
      const renewed = await Promise.all(methods.map((method) => stage.renew(order, method)))
      expect(renewed.every(({ ok }) => ok)).toBe(true)
      expect(await stage.attempts(order)).toHaveLength(2)
      expect(await openAttempts(order)).toBe(1)
    }
  })

  test('of an expired order claim its goods once', async () => {
    const order = await place()
    await letOrdersExpire(stage.shop.database.url, [order.orderNumber])
    await expireOrders(stage.shop.shop)
    const held = await stage.units(stock.skuId, 'RESERVED')
    await Promise.all([1, 2, 3].map(() => stage.renew(order, 'tokopay_qris')))
    expect(await openAttempts(order)).toBe(1)
    expect((await stage.units(stock.skuId, 'RESERVED')) - held).toBe(1)
  })

  /** Writes an attempt as somebody would who looked before the other one wrote. */
  async function writeBlindly(order: CreatedOrder, attempt: number): Promise<void> {
    const orderId = await stage.orderId(order)
    const { db, clock } = stage.shop.shop
    await db.transaction('test.write-attempt', { role: 'worker' }, (tx) =>
      planPayment(tx, {
        id: newId(),
        orderId,
        attempt,
        gateway: 'tokopay',
        method: 'tokopay_qris',
        reference: `${order.orderNumber}-${attempt}`,
        amount: order.total,
        expiresAt: new Date(clock.now().getTime() + 60_000),
        now: clock.now(),
      }),
    )
  }

  test('guard removed: without payments_one_open whoever does not look opens a second one', async () => {
    const order = await place()
    await expect(writeBlindly(order, 2)).rejects.toThrow('payments_one_open')
    await stage.query('drop index payments_one_open')
    try {
      await writeBlindly(order, 2)
      expect(await openAttempts(order)).toBe(2)
    } finally {
      await stage.query(
        `delete from payment_history where payment_id in (select id from payments where state = 'CREATING')`,
      )
      await stage.query(`delete from payments where state = 'CREATING'`)
      await stage.query(
        `create unique index payments_one_open on payments (order_id) where state in ('CREATING', 'PENDING')`,
      )
    }
  })
})

describe('a process that dies', () => {
  const WANTED = { method: 'tokopay_qris', gateway: 'tokopay', fee: 0, total: 10_000 }

  /** As a killed process leaves it: the attempt is written, its page was never opened. */
  async function written(ageSeconds: number): Promise<CreatedOrder> {
    const order = await place()
    const { first } = ends(await stage.attempts(order))
    await stage.at('midtrans', 'transition', {
      order_id: first.reference,
      transaction_status: 'expire',
      payment_type: 'gopay',
    })
    await settlePayment(stage.shop.shop, first.id)
    const orderId = await stage.orderId(order)
    expect(await writeAttempt(stage.shop.shop, orderId, { seen: first.id, wanted: WANTED })).toEqual({
      ok: true,
      value: 'written',
    })
    await stage.query(
      `update payments set created_at = created_at - make_interval(secs => $2) where order_id = $1 and attempt = 2`,
      [orderId, ageSeconds],
    )
    return order
  }

  test('between writing and opening: the next call opens the same attempt', async () => {
    const order = await written(20)
    expect(await stage.renew(order, 'tokopay_qris')).toMatchObject({
      ok: true,
      value: { payment: { status: 'waiting', qrString: expect.stringMatching(/^000201/) } },
    })
    expect((await stage.attempts(order)).map(({ state }) => state)).toEqual(['EXPIRED', 'PENDING'])
  })

  test('and somebody calls while it may still be at work: it is left alone', async () => {
    const order = await written(1)
    expect(await stage.renew(order, 'tokopay_qris')).toMatchObject({ ok: true })
    expect(ends(await stage.attempts(order)).last.state).toBe('CREATING')
  })

  test('and the buyer chooses another way: the dead attempt ends, a third is opened', async () => {
    const order = await written(20)
    expect(await stage.renew(order, 'midtrans')).toMatchObject({ ok: true })
    expect((await stage.attempts(order)).map(({ state }) => state)).toEqual([
      'EXPIRED',
      'CANCELLED',
      'PENDING',
    ])
  })

  test('and nobody comes back: the attempt ends after a minute, the order waits for another', async () => {
    const order = await written(120)
    await closeStalledOrders(stage.shop.shop)
    expect(ends(await stage.attempts(order)).last.state).toBe('CANCELLED')
    expect(await stage.view(order)).toMatchObject({ status: 'WAITING_PAYMENT', payment: { canRenew: true } })
    expect(await stage.renew(order, 'midtrans')).toMatchObject({ ok: true })
  })
})

describe('renewal and the end of the order', () => {
  test('an order paid anew in this moment is not closed by who saw its old end', async () => {
    const order = await place()
    await letOrdersExpire(stage.shop.database.url, [order.orderNumber])
    expect(await stage.renew(order, 'tokopay_qris')).toMatchObject({ ok: true })
    await expireOrders(stage.shop.shop)
    expect((await stage.view(order)).status).toBe('WAITING_PAYMENT')
    expect(await openAttempts(order)).toBe(1)
  })

  test('who prepared the end before the order was paid anew leaves it open, however late it comes', async () => {
    const order = await place()
    await letOrdersExpire(stage.shop.database.url, [order.orderNumber])
    expect(await stage.renew(order, 'tokopay_qris')).toMatchObject({ ok: true })
    const ending = { to: 'EXPIRED', actor: 'shop', reason: 'not_paid_in_time' } as const
    expect(await closeUnpaidOrder(stage.shop.shop, await stage.orderId(order), ending)).toBe(false)
    expect((await stage.view(order)).status).toBe('WAITING_PAYMENT')
  })

  test('closing and renewing at once: the order is open with one payment, or expired with none', async () => {
    for (let round = 0; round < 5; round += 1) {
      const order = await place()
      await letOrdersExpire(stage.shop.database.url, [order.orderNumber])
      await Promise.all([expireOrders(stage.shop.shop), stage.renew(order, 'tokopay_qris')])
      const { status } = await stage.view(order)
      expect(await openAttempts(order)).toBe(status === 'EXPIRED' ? 0 : 1)
    }
  })

  test('cancelling and renewing at once: the order is cancelled with no payment, or open with one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const order = await place()
      await Promise.all([
        stage.shop.app.orders.cancel(order.trackingToken),
        stage.renew(order, 'tokopay_qris'),
      ])
      const { status } = await stage.view(order)
      expect(await openAttempts(order)).toBe(status === 'CANCELLED' ? 0 : 1)
    }
  })
})
