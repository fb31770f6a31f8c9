import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CreatedOrder, TrackView } from '#orders'
import { orderOf, pay, placed, VISITOR, whenOrder, whenState } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letTimePass } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, freePort, type TestShop } from '../../support/test-shop.ts'

/** Checkout answers within this time whatever the gateway does. */
const ANSWER_WITHIN_MS = 3_000
const OPENING = '/snap/v1/transactions'

let shop: TestShop
let stock: StockSku

beforeAll(async () => {
  shop = await createTestShop()
  stock = await createStockSku(shop, markedCodes('GATE', 80))
  await shop.serve()
})
beforeEach(async () => {
  await midtrans('faults', [])
  await midtrans('webhooks', { drop: false, reorder: false, duplicate: false, delayMs: 0 })
})
afterAll(async () => {
  expect(await checkInvariants(shop.database.url)).toEqual([])
  await shop.stop()
})

async function midtrans(route: string, body: unknown): Promise<void> {
  await control(`${shop.sandboxes['midtrans']}/_sandbox/${route}`, body)
}

const create = (key: string) =>
  shop.app.orders.create(orderOf([{ sku: stock.code, quantity: 1 }]), key, VISITOR)

async function heldUnits(): Promise<number> {
  const rows = await queryAs<{ held: number }>(
    shop.database.url,
    `select count(*)::int as held from stock_units where state = 'RESERVED' and sku_id = $1`,
    [stock.skuId],
  )
  return rows[0]?.held ?? 0
}

async function exceptionsOf(order: CreatedOrder): Promise<{ kind: string; amount: number }[]> {
  return await queryAs(
    shop.database.url,
    `select e.kind, e.amount::int as amount from payment_exceptions e join payments p on p.id = e.payment_id
      join orders o on o.id = p.order_id where o.number = $1 and e.state = 'OPEN'`,
    [order.orderNumber],
  )
}

const codesOf = (view: TrackView): string[] =>
  view.lines.flatMap((line) => (line.delivery?.kind === 'codes' ? line.delivery.codes : []))

describe('while a payment is opened', () => {
  test.each(['http_429'])(
    'F-G1: the gateway refuses (%s): said at once, nothing held, the key works again',
    async (fault) => {
      const held = await heldUnits()
      await midtrans('faults', [{ match: { path: OPENING }, fault }])
      const key = randomUUID()
      const started = performance.now()
      const answer = await create(key)
      expect(performance.now() - started).toBeLessThan(ANSWER_WITHIN_MS)
      if (answer.ok || answer.error.code !== 'gateway_unavailable') throw new Error(JSON.stringify(answer))
      const [down, ...others] = answer.error.methods
      expect(down).toMatchObject({
        method: 'midtrans',
        enabled: false,
        reason: expect.stringContaining('gangguan'),
        reasonEn: expect.stringContaining('Out of order'),
      })
      expect(others.every((method) => method.enabled)).toBe(true)
      expect(await heldUnits()).toBe(held)
      await midtrans('faults', [])
      const again = await create(key)
      expect(again).toMatchObject({ ok: true, value: { status: 'WAITING_PAYMENT' } })
      const [cancelled] = await queryAs<{ count: string }>(
        shop.database.url,
        `select count(*) from orders o join order_history h on h.order_id = o.id
        where o.state = 'CANCELLED' and h.reason = 'gateway_unavailable' and h.line_id is null`,
      )
      expect(Number(cancelled?.count)).toBeGreaterThan(0)
    },
  )

  test.each(['html', 'truncate', 'empty', 'http_500', 'reset', 'timeout_before', 'timeout_after'])(
    'F-G1: %s: the buyer is told, a repeat goes on with the order and pays it',
    async (fault) => {
      await midtrans('faults', [{ match: { path: OPENING }, fault, times: 1 }])
      const key = randomUUID()
      const started = performance.now()
      const answer = await create(key)
      expect(performance.now() - started).toBeLessThan(ANSWER_WITHIN_MS + 500)
      const order = answer.ok ? answer.value : await untilCreated(key)
      await pay(shop, order)
      expect(codesOf(await whenState(shop, order, 'SUCCESS'))).toHaveLength(1)
      const payments = await queryAs(
        shop.database.url,
        'select 1 from payments p join orders o on o.id = p.order_id where o.number = $1',
        [order.orderNumber],
      )
      expect(payments).toHaveLength(1)
    },
  )

  test('F-G1: nobody listens at the gateway: said at once, nothing held', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`
    const lonely = await createTestShop({ env: { MIDTRANS_SNAP_URL: nowhere, MIDTRANS_API_URL: nowhere } })
    const shelf = await createStockSku(lonely, markedCodes('LONE', 2))
    const started = performance.now()
    const answers = await Promise.all(
      Array.from({ length: 5 }, () =>
        lonely.app.orders.create(orderOf([{ sku: shelf.code, quantity: 1 }]), randomUUID(), VISITOR),
      ),
    )
    expect(performance.now() - started).toBeLessThan(ANSWER_WITHIN_MS)
    for (const answer of answers)
      expect(['gateway_unavailable', 'sku_unavailable']).toContain(answer.ok ? 'accepted' : answer.error.code)
    const free = await queryAs(lonely.database.url, `select 1 from stock_units where state = 'AVAILABLE'`)
    expect(free).toHaveLength(2)
    expect(await checkInvariants(lonely.database.url)).toEqual([])
    await lonely.stop()
  })

  async function untilCreated(key: string): Promise<CreatedOrder> {
    // Enough for a repeat to take the order over, too little for the shop to close it.
    await letTimePass(shop.database.url, '20 seconds')
    return await eventually('the repeated request to be answered', async () => {
      const answer = await create(key)
      if (answer.ok) return answer.value
      expect(['request_in_progress', 'gateway_unavailable']).toContain(answer.error.code)
      return undefined
    })
  }
})

describe('what the gateway says about a payment', () => {
  test.each([1, -1])(
    'another amount by %i: nothing is delivered, it goes back by itself',
    async (difference) => {
      const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
      await pay(shop, order, { gross_amount: order.total + difference })
      const view = await whenOrder(shop, order, ({ payment }) => payment.surplus !== undefined)
      expect(view.status).toBe('WAITING_PAYMENT')
      expect(view.payment.surplus?.kind).toBe(difference > 0 ? 'overpaid' : 'underpaid')
      expect(codesOf(view)).toEqual([])
      expect(view.payment.surplus?.amount).toBe(order.total + difference)
    },
  )

  test('F-W4: paid twice: delivered once, the surplus waits for a person', async () => {
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await pay(shop, order)
    await whenState(shop, order, 'SUCCESS')
    await pay(shop, order, { second_transaction: true })
    await eventually('the surplus to be noticed', async () => (await exceptionsOf(order)).length > 0)
    expect(await exceptionsOf(order)).toEqual([{ kind: 'double', amount: order.total }])
    expect(codesOf(await whenState(shop, order, 'SUCCESS'))).toHaveLength(1)
  })

  test('F-W1: every notification is lost: asking finds the payment', async () => {
    await midtrans('webhooks', { drop: true })
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await pay(shop, order)
    await letTimePass(shop.database.url)
    expect(codesOf(await whenState(shop, order, 'SUCCESS'))).toHaveLength(1)
  })

  test('the impatient buyer’s own question finds it too', async () => {
    await midtrans('webhooks', { drop: true })
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await pay(shop, order)
    const asked = await shop.app.orders.refreshPayment(order.trackingToken)
    expect(asked?.payment.status).toBe('paid')
    await whenState(shop, order, 'SUCCESS')
  })

  test('F-W2: every notification comes four times', async () => {
    await midtrans('webhooks', { duplicate: 3 })
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await pay(shop, order)
    expect(codesOf(await whenState(shop, order, 'SUCCESS'))).toHaveLength(1)
  })

  test('F-W3: "pending" after "paid", "expired" after "paid": no state goes back', async () => {
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await midtrans('webhooks', { reorder: true })
    await midtrans('transition', {
      order_id: order.payment.reference,
      transaction_status: 'pending',
      payment_type: 'gopay',
    })
    await pay(shop, order)
    await whenState(shop, order, 'SUCCESS')
    await midtrans('transition', {
      order_id: order.payment.reference,
      transaction_status: 'expire',
      force: true,
    })
    await shop.app.orders.refreshPayment(order.trackingToken)
    expect(await whenState(shop, order, 'SUCCESS')).toMatchObject({ payment: { status: 'paid' } })
    await midtrans('transition', {
      order_id: order.payment.reference,
      transaction_status: 'settlement',
      force: true,
    })
  })

  test('F-W6: the notification overtakes our own commit', async () => {
    const key = randomUUID()
    await midtrans('faults', [{ match: { path: OPENING }, fault: 'timeout_after', times: 1 }])
    const creating = create(key)
    const reference = await eventually('the payment to exist', async () => {
      const rows = await queryAs<{ reference: string }>(
        shop.database.url,
        `select p.reference from payments p join idempotency_keys k on k.resource_id = p.order_id where k.key = $1`,
        [key],
      )
      return rows[0]?.reference
    })
    await eventually('the buyer to pay on the page that the shop knows nothing of', async () => {
      const paid = await pay(shop, { payment: { method: 'midtrans', reference } }).then(
        () => true,
        () => false,
      )
      return paid
    })
    await creating
    const order = await eventually('the order to be acknowledged', async () => {
      const answer = await create(key)
      return answer.ok ? answer.value : undefined
    })
    expect(codesOf(await whenState(shop, order, 'SUCCESS'))).toHaveLength(1)
  })

  test('F-W4: the first try fails at the bank, the second is paid', async () => {
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await midtrans('transition', {
      order_id: order.payment.reference,
      transaction_status: 'deny',
      payment_type: 'gopay',
      force: true,
    })
    await shop.app.orders.refreshPayment(order.trackingToken)
    expect((await shop.app.orders.track(order.trackingToken))?.status).toBe('WAITING_PAYMENT')
    await midtrans('transition', {
      order_id: order.payment.reference,
      transaction_status: 'settlement',
      force: true,
    })
    expect(codesOf(await whenState(shop, order, 'SUCCESS'))).toHaveLength(1)
  })

  test.each(['http_500', 'html', 'truncate', 'empty', 'reset'])(
    'its answer to our question is %s: nothing moves, and it is asked again',
    async (fault) => {
      await midtrans('webhooks', { drop: true })
      const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
      await pay(shop, order)
      await midtrans('faults', [{ match: { path: '*/status' }, fault, times: 1 }])
      const view = await shop.app.orders.refreshPayment(order.trackingToken)
      expect(view).toMatchObject({ status: 'WAITING_PAYMENT', payment: { status: 'waiting' } })
      await midtrans('faults', [])
      await letTimePass(shop.database.url)
      expect(codesOf(await whenState(shop, order, 'SUCCESS'))).toHaveLength(1)
    },
  )

  test('coming back from the pay page changes nothing by itself', async () => {
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    const back = new URL(order.links.invoice)
    for (const [name, value] of [
      ['order_id', order.payment.reference],
      ['status_code', '200'],
      ['transaction_status', 'settlement'],
    ] as const)
      back.searchParams.set(name, value)
    const response = await fetch(back)
    await response.arrayBuffer()
    expect(response.status).toBeLessThan(500)
    expect(await shop.app.orders.track(order.trackingToken)).toMatchObject({ status: 'WAITING_PAYMENT' })
  })
})
