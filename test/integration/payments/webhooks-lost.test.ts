import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { settlePayment, sweepLines, type CreatedOrder } from '#orders'
import { duePayments, handleGatewayMessage } from '#payments'
import { claimMessages } from '#platform/inbox.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { ends, openRenewalStage, type AttemptRow, type RenewalStage } from '../orders/renewal-stage.ts'

/** The promise: a payment whose notification was lost is found within this time. */
const FOUND_WITHIN_SECONDS = 120
/** Between two turns of the poller, and the answer of a slow gateway. */
const TURN_SECONDS = 20
const STEP_SECONDS = 10
const ORDERS = 12
const COPIES = 50

// No worker runs here: time passes in steps, and the poller's turns are taken by the tests.
let stage: RenewalStage
let stock: StockSku

beforeAll(async () => {
  stage = await openRenewalStage()
  stock = await createStockSku(stage.shop, markedCodes('LOST', 120))
}, 60_000)
afterEach(async () => expect(await checkInvariants(stage.shop.database.url)).toEqual([]))
afterAll(() => stage.shop.stop())

/** Everything that waits for a time comes closer. */
async function pass(seconds: number): Promise<void> {
  await stage.query(
    `update payments set next_poll_at = next_poll_at - make_interval(secs => $1), created_at = created_at - make_interval(secs => $1),
      expires_at = expires_at - make_interval(secs => $1) where state in ('CREATING', 'PENDING', 'CANCELLED')`,
    [seconds],
  )
}

/** One turn of the poller. */
async function poll(): Promise<void> {
  const due = await duePayments(stage.shop.shop, 1_000)
  await Promise.all(due.map(({ id }) => settlePayment(stage.shop.shop, id)))
}

async function isPaid(order: CreatedOrder): Promise<boolean> {
  return (await stage.attempts(order)).some(({ booked_to: booked }) => booked === 'order')
}

/** Seconds of the plan until the payment is known. */
async function secondsUntilPaid(order: CreatedOrder): Promise<number> {
  for (let seconds = 0; seconds <= 600; seconds += STEP_SECONDS) {
    if (await isPaid(order)) return seconds
    await pass(STEP_SECONDS)
    await poll()
  }
  return Number.POSITIVE_INFINITY
}

const place = (method: string) => stage.place([{ sku: stock.code, quantity: 1 }], method)
const METHODS = ['midtrans', 'tokopay_qris', 'tokopay_bri_va']

describe('F-W1: every notification is lost', () => {
  test.each(METHODS)('an order paid by %s at any moment of its window is found in time', async (method) => {
    // Early, in the middle, and in the quiet end of the window.
    for (const age of [5, 130, 1_000, 3_400]) {
      const order = await place(method)
      for (let passed = 0; passed < age; passed += FOUND_WITHIN_SECONDS) {
        await pass(Math.min(FOUND_WITHIN_SECONDS, age - passed))
        await poll()
      }
      await stage.pay(ends(await stage.attempts(order)).first)
      const seconds = await secondsUntilPaid(order)
      expect(seconds, `${method} paid after ${age} s`).toBeLessThanOrEqual(
        FOUND_WITHIN_SECONDS - TURN_SECONDS + STEP_SECONDS,
      )
    }
  })

  test('a payment that was let go is found as soon, for the order that waits for another', async () => {
    const order = await place('tokopay_qris')
    expect(await stage.renew(order, 'midtrans')).toMatchObject({ ok: true })
    await pass(300)
    await poll()
    await stage.pay(ends(await stage.attempts(order)).first)
    expect(await secondsUntilPaid(order)).toBeLessThanOrEqual(FOUND_WITHIN_SECONDS)
    expect(ends(await stage.attempts(order)).first.booked_to).toBe('order')
  })

  test('guard removed: were it not remembered that it was let go, it would not be asked about before its end', async () => {
    const order = await place('tokopay_qris')
    expect(await stage.renew(order, 'midtrans')).toMatchObject({ ok: true })
    const { first } = ends(await stage.attempts(order))
    await stage.query('update payments set let_go = false where id = $1', [first.id])
    await pass(300)
    await poll()
    await stage.pay(first)
    expect(await secondsUntilPaid(order)).toBeGreaterThan(FOUND_WITHIN_SECONDS)
    await pass(3_600)
    await poll()
    expect(await isPaid(order)).toBe(true)
  })

  test('many at once: each is found, and delivered once', async () => {
    const orders = await Promise.all(
      Array.from({ length: ORDERS }, (_, index) => place(METHODS[index % METHODS.length] ?? 'midtrans')),
    )
    for (const order of orders) await stage.pay(ends(await stage.attempts(order)).first)
    for (let passed = 0; passed < FOUND_WITHIN_SECONDS; passed += STEP_SECONDS) {
      await pass(STEP_SECONDS)
      await poll()
    }
    expect(await Promise.all(orders.map(isPaid))).toEqual(orders.map(() => true))
    await sweepLines(stage.shop.shop, 0)
    for (const order of orders) expect(await stage.deliveries(order)).toBe(1)
  })

  test('guard removed: without a turn of the poller nothing is found', async () => {
    const order = await place('tokopay_qris')
    await stage.pay(ends(await stage.attempts(order)).first)
    await pass(FOUND_WITHIN_SECONDS)
    expect(await isPaid(order)).toBe(false)
    await poll()
    expect(await isPaid(order)).toBe(true)
  })
})

describe('every notification comes many times, in any order', () => {
  /** The notification about a payment as its gateway would send it. */
  async function notificationOf({ method, reference }: AttemptRow): Promise<string> {
    const gateway = method === 'midtrans' ? 'midtrans' : 'tokopay'
    const response = await fetch(`${stage.shop.sandboxes[gateway]}/_sandbox/webhooks`)
    const { webhooks } = (await response.json()) as { webhooks: { body: Record<string, unknown> }[] }
    const mine = webhooks.find(({ body }) => [body['order_id'], body['reff_id']].includes(reference))
    if (mine === undefined) throw new Error(`no notification about ${reference}`)
    return JSON.stringify(mine.body)
  }

  async function handleAll(): Promise<void> {
    for (;;) {
      const messages = await claimMessages(stage.shop.shop.db)
      if (messages.length === 0) return
      await Promise.all(
        messages.map(async (message) => {
          const paymentId = await handleGatewayMessage(stage.shop.shop, message)
          if (paymentId !== undefined) await settlePayment(stage.shop.shop, paymentId)
        }),
      )
    }
  }

  test('both gateways, 50 copies each, shuffled: one credit and one delivery per order', async () => {
    const orders = await Promise.all(
      Array.from({ length: ORDERS }, (_, index) => place(METHODS[index % METHODS.length] ?? 'midtrans')),
    )
    const copies: { gateway: string; body: string; place: number }[] = []
    for (const [index, order] of orders.entries()) {
      const { first } = ends(await stage.attempts(order))
      await stage.pay(first)
      const body = await notificationOf(first)
      const gateway = first.method === 'midtrans' ? 'midtrans' : 'tokopay'
      for (let copy = 0; copy < COPIES; copy += 1)
        copies.push({ gateway, body, place: (copy * 7_919 + index * 104_729) % 99_991 })
    }
    const shuffled = copies.toSorted((one, other) => one.place - other.place)
    const { webhooks } = stage.shop.app
    for (let start = 0; start < shuffled.length; start += COPIES) {
      const accepted = await Promise.all(
        shuffled
          .slice(start, start + COPIES)
          .map(({ gateway, body }) => webhooks.accept(gateway, Buffer.from(body), new Headers())),
      )
      expect(accepted.every(({ ok }) => ok)).toBe(true)
      await handleAll()
    }
    await handleAll()
    await sweepLines(stage.shop.shop, 0)
    for (const order of orders) {
      const [attempt] = await stage.attempts(order)
      const credits = await stage.query(
        `select 1 from journals where business_key = 'payment:' || $1 || ':received'`,
        [attempt?.id],
      )
      expect(credits).toHaveLength(1)
      expect(attempt).toMatchObject({ state: 'PAID', booked_to: 'order' })
      expect(await stage.deliveries(order)).toBe(1)
    }
  })
})
