import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CreatedOrder } from '#orders'
import { pay, placed, whenOrder, whenState } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letOrdersExpire, letTimePass } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

let shop: TestShop
let mark = 0

beforeAll(async () => {
  shop = await createTestShop()
  await shop.serve()
})
beforeEach(() => midtrans('webhooks', { drop: false }))
afterAll(async () => {
  expect(await checkInvariants(shop.database.url)).toEqual([])
  await shop.stop()
})

async function midtrans(route: string, body: unknown): Promise<void> {
  await control(`${shop.sandboxes['midtrans']}/_sandbox/${route}`, body)
}

/** The bank settles although everybody had given the payment up. */
async function settleLate(order: CreatedOrder): Promise<void> {
  await midtrans('transition', {
    order_id: order.payment.reference,
    transaction_status: 'settlement',
    payment_type: 'gopay',
    force: true,
  })
}

async function shelf(count: number): Promise<StockSku> {
  mark += 1
  return await createStockSku(shop, markedCodes(`CLOSE${mark}`, count))
}

async function free(stock: StockSku): Promise<number> {
  const rows = await queryAs<{ free: number }>(
    shop.database.url,
    `select count(*)::int as free from stock_units where sku_id = $1 and state = 'AVAILABLE'`,
    [stock.skuId],
  )
  return rows[0]?.free ?? 0
}

async function suspense(): Promise<number> {
  const rows = await queryAs<{ balance: string }>(
    shop.database.url,
    `select balance from accounts where code = 'suspense'`,
  )
  return Number(rows[0]?.balance)
}

async function expired(stock: StockSku): Promise<CreatedOrder> {
  const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
  await letOrdersExpire(shop.database.url, [order.orderNumber])
  await whenState(shop, order, 'EXPIRED')
  return order
}

describe('an order that nobody pays', () => {
  test('is closed, and its codes are back on the shelf', async () => {
    const stock = await shelf(2)
    const order = await placed(shop, [{ sku: stock.code, quantity: 2 }])
    expect(await free(stock)).toBe(0)
    await letOrdersExpire(shop.database.url, [order.orderNumber])
    const view = await whenState(shop, order, 'EXPIRED')
    expect(view.payment.status).toMatch(/expired|cancelled/)
    expect(view.lines.map((line) => line.status)).toEqual(['CANCELLED'])
    expect(await free(stock)).toBe(2)
    await pay(shop, await placed(shop, [{ sku: stock.code, quantity: 2 }]))
  })

  test('paid in the last second, its notification lost: it is delivered instead of closed', async () => {
    const stock = await shelf(1)
    await midtrans('webhooks', { drop: true })
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await pay(shop, order)
    await letOrdersExpire(shop.database.url, [order.orderNumber])
    expect((await whenState(shop, order, 'SUCCESS')).payment.status).toBe('paid')
  })

  test('while the gateway is silent nothing is closed; afterwards it is', async () => {
    const stock = await shelf(1)
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await midtrans('faults', [{ match: { path: '/v2/*' }, fault: 'http_500' }])
    await letOrdersExpire(shop.database.url, [order.orderNumber])
    const { calls } = await eventually('the gateway to be asked', async () => {
      const response = await fetch(`${shop.sandboxes['midtrans']}/_sandbox/state`)
      const { faults } = (await response.json()) as { faults: { struck: number }[] }
      return (faults[0]?.struck ?? 0) > 0 ? { calls: faults[0]?.struck } : undefined
    })
    expect(calls).toBeGreaterThan(0)
    expect((await shop.app.orders.track(order.trackingToken))?.status).toBe('WAITING_PAYMENT')
    await midtrans('faults', [])
    await letTimePass(shop.database.url)
    await whenState(shop, order, 'EXPIRED')
  })
})

describe('F-W5: money that comes after the end', () => {
  test('is turned into goods while there are some', async () => {
    const stock = await shelf(1)
    const order = await expired(stock)
    await settleLate(order)
    const view = await whenState(shop, order, 'SUCCESS')
    expect(view.lines[0]?.delivery).toMatchObject({ kind: 'codes' })
    expect(await free(stock)).toBe(0)
  })

  test('without goods it goes back, and the page says so', async () => {
    const stock = await shelf(1)
    const order = await expired(stock)
    const faster = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    const before = await suspense()
    await settleLate(order)
    const view = await whenOrder(shop, order, ({ payment }) => payment.status === 'refunded')
    expect(view.status).toBe('EXPIRED')
    expect(view.lines[0]).not.toHaveProperty('delivery')
    expect(await suspense()).toBe(before)
    await pay(shop, faster)
    await whenState(shop, faster, 'SUCCESS')
  })

  test('after a cancellation it goes back, and nothing is delivered', async () => {
    const stock = await shelf(1)
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    expect(await shop.app.orders.cancel(order.trackingToken)).toMatchObject({ ok: true })
    const before = await suspense()
    await settleLate(order)
    const view = await whenOrder(shop, order, ({ payment }) => payment.status === 'refunded')
    expect(view.status).toBe('CANCELLED')
    expect(await suspense()).toBe(before)
    expect(await free(stock)).toBe(1)
  })

  test('many late payments for few codes: each code once, the rest goes back', async () => {
    const stock = await shelf(3)
    const orders: CreatedOrder[] = []
    for (let round = 0; round < 3; round += 1) {
      const batch = await Promise.all(
        Array.from({ length: 3 }, () => placed(shop, [{ sku: stock.code, quantity: 1 }])),
      )
      await letOrdersExpire(
        shop.database.url,
        batch.map(({ orderNumber }) => orderNumber),
      )
      await Promise.all(batch.map((order) => whenState(shop, order, 'EXPIRED')))
      orders.push(...batch)
    }
    await Promise.all(orders.map(settleLate))
    const views = await Promise.all(
      orders.map((order) =>
        whenOrder(
          shop,
          order,
          ({ status, payment }) => status === 'SUCCESS' || payment.surplus !== undefined,
        ),
      ),
    )
    const codes = views.flatMap((view) =>
      view.lines.flatMap((line) => (line.delivery?.kind === 'codes' ? line.delivery.codes : [])),
    )
    expect(new Set(codes).size).toBe(3)
    expect(codes).toHaveLength(3)
    const surplus = views.map(({ payment }) => payment.surplus?.amount ?? 0)
    expect(surplus.reduce((sum, amount) => sum + amount, 0)).toBe(6 * stock.price)
  })
})

describe('a buyer who cancels', () => {
  test('gives the codes back at once', async () => {
    const stock = await shelf(2)
    const order = await placed(shop, [{ sku: stock.code, quantity: 2 }])
    const cancelled = await shop.app.orders.cancel(order.trackingToken)
    expect(cancelled).toMatchObject({ ok: true, value: { status: 'CANCELLED' } })
    expect(await free(stock)).toBe(2)
  })

  test('C7: fifty times at once: cancelled once', async () => {
    const stock = await shelf(1)
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => shop.app.orders.cancel(order.trackingToken)),
    )
    expect(answers.some((answer) => answer.ok)).toBe(true)
    for (const answer of answers) if (!answer.ok) expect(answer.error.code).toBe('not_cancellable')
    const moves = await queryAs(
      shop.database.url,
      `select 1 from order_history h join orders o on o.id = h.order_id
        where o.number = $1 and h.line_id is null and h.to_state = 'CANCELLED'`,
      [order.orderNumber],
    )
    expect(moves).toHaveLength(1)
    expect(await free(stock)).toBe(1)
  })

  test('after having paid, before we knew: gets the goods, not a cancellation', async () => {
    const stock = await shelf(1)
    await midtrans('webhooks', { drop: true })
    const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
    await pay(shop, order)
    expect(await shop.app.orders.cancel(order.trackingToken)).toEqual({
      ok: false,
      error: { code: 'not_cancellable' },
    })
    await shop.app.orders.refreshPayment(order.trackingToken)
    await whenState(shop, order, 'SUCCESS')
  })

  test('and pays at the same moment: one of the two, never both', async () => {
    const stock = await shelf(5)
    for (let round = 0; round < 5; round += 1) {
      const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
      await Promise.allSettled([shop.app.orders.cancel(order.trackingToken), pay(shop, order)])
      const view = await whenState(shop, order, 'SUCCESS', 'CANCELLED')
      expect(view.lines[0]?.delivery === undefined).toBe(view.status === 'CANCELLED')
    }
  })
})
