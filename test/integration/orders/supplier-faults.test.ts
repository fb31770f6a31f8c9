import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { CreatedOrder, TrackView } from '#orders'
import { pay, placed, whenOrder } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letTimePass } from '../../support/let-time-pass.ts'
import { queryAs } from '../../support/test-database.ts'
import {
  control,
  createTestShop,
  pullCatalogue,
  sendWebhooksTo,
  type TestShop,
} from '../../support/test-shop.ts'

const ORDER_CALL = { path: '/api/game-feature', body: 'type=order' }
const ENDED = ['SUCCESS', 'REFUNDED', 'PARTIAL'] as const

type Purchase = { state: string; code: string; failure: string | null }
type SupplierOrder = { trxid: string; target: string; code: string; status: string }

let shop: TestShop
let origin: string
let diamonds: { sku: string; price: number }
let targets = 0

beforeAll(async () => {
  shop = await createTestShop()
  const synced = await pullCatalogue(shop.app)
  expect(synced.ok && synced.value.status).toBe('succeeded')
  const service = await shop.app.catalog.findService('mobile-legends')
  const sku = service?.products.find((product) => product.name === '86 Diamonds')
  if (sku === undefined) throw new Error('no 86 Diamonds')
  diamonds = sku
  origin = await shop.serve()
}, 60_000)
beforeEach(async () => {
  await vip('faults', [])
  await sendWebhooksTo(shop.sandboxes, origin)
})
afterAll(async () => {
  expect(await checkInvariants(shop.database.url)).toEqual([])
  await shop.stop()
})

async function vip(route: string, body: unknown): Promise<void> {
  await control(`${shop.sandboxes['vip-reseller']}/_sandbox/${route}`, body)
}

function newTarget(): string {
  targets += 1
  return String(640_000_011 + targets * 13)
}

async function paidOrder(target: string, quantity = 1): Promise<CreatedOrder> {
  const order = await placed(shop, [
    { sku: diamonds.sku, quantity, input: { user_id: target, zone_id: '2685' } },
  ])
  await pay(shop, order)
  return order
}

async function supplierOrders(target: string): Promise<SupplierOrder[]> {
  const response = await fetch(`${shop.sandboxes['vip-reseller']}/_sandbox/orders`)
  const { orders } = (await response.json()) as { orders: SupplierOrder[] }
  return orders.filter((order) => order.target === target)
}

async function purchasesOf(order: CreatedOrder): Promise<Purchase[]> {
  return await queryAs<Purchase>(
    shop.database.url,
    `select p.state, p.service_code as code, p.failure_code as failure
      from supplier_purchases p join order_lines l on l.id = p.line_id join orders o on o.id = l.order_id
      where o.number = $1 order by p.slot, p.attempt`,
    [order.orderNumber],
  )
}

async function balance(code: string): Promise<number> {
  const rows = await queryAs<{ balance: string }>(
    shop.database.url,
    'select balance from accounts where code = $1',
    [code],
  )
  return Number(rows[0]?.balance)
}

/** The order at its end, with time running as fast as it must. */
async function over(order: CreatedOrder, states: readonly TrackView['status'][] = ENDED): Promise<TrackView> {
  return await eventually(
    'the order to be over',
    async () => {
      const view = await shop.app.orders.track(order.trackingToken)
      if (view !== undefined && states.includes(view.status)) return view
      await letTimePass(shop.database.url)
      return undefined
    },
    { everyMs: 150 },
  ).catch(async (error: unknown) => {
    throw new Error(`${String(error)}: ${JSON.stringify(await purchasesOf(order))}`)
  })
}

/** The buyer is asked for another target first, and would rather have the money back. */
async function giveUpCorrecting(order: CreatedOrder): Promise<void> {
  await whenOrder(shop, order, ({ lines }) => lines[0]?.status === 'NEEDS_INPUT')
  const declined = await shop.app.orders.declineCorrection(order.trackingToken, 1)
  expect(declined.ok).toBe(true)
}

describe('an answer that proves nothing', () => {
  test.each(['timeout_after', 'truncate', 'empty'])(
    'F-S1: executed, then %s: found in the list, bought once, delivered',
    async (fault) => {
      const target = newTarget()
      // The supplier's own time limit is long: the sandbox gives up sooner and cuts the connection.
      await vip('faults', [{ match: ORDER_CALL, fault, ms: 300, times: 1 }])
      const order = await paidOrder(target)
      const view = await over(order)
      expect(view.status).toBe('SUCCESS')
      expect(view.lines[0]?.delivery).toMatchObject({
        kind: 'topup',
        serialNumber: expect.stringContaining('SN'),
      })
      expect(await supplierOrders(target)).toHaveLength(1)
    },
  )

  test('F-S3: accepted without an order number: found in the list, bought once', async () => {
    const target = newTarget()
    await vip('config', { omitTrxid: 1 })
    const order = await paidOrder(target)
    expect((await over(order)).status).toBe('SUCCESS')
    expect(await supplierOrders(target)).toHaveLength(1)
  })

  test.each(['html', 'http_500', 'reset', 'timeout_before'])(
    'F-S2: %s and never executed: bought again only once that is certain',
    async (fault) => {
      const target = newTarget()
      await vip('faults', [{ match: ORDER_CALL, fault, ms: 300, times: 1 }])
      const order = await paidOrder(target)
      expect((await over(order)).status).toBe('SUCCESS')
      expect(await supplierOrders(target)).toHaveLength(1)
      expect((await purchasesOf(order)).map(({ state }) => state)).toEqual(['NOT_PLACED', 'SUCCEEDED'])
    },
  )
})

describe('a definite no', () => {
  test('a refused target: the line fails, the money goes back, the books say so', async () => {
    const target = newTarget()
    await vip('outcome', { target, status: 'refuse', note: 'User ID tidak sesuai.', times: 1 })
    const [unearned, sales, payable] = await Promise.all(
      ['orders:unearned', 'sales', 'refunds:payable'].map(balance),
    )
    const order = await paidOrder(target)
    await giveUpCorrecting(order)
    const view = await over(order)
    expect(view).toMatchObject({
      status: 'REFUNDED',
      payment: { status: 'refunded', refund: { amount: order.total, state: 'done' } },
      lines: [{ status: 'REFUNDED', failure: expect.stringMatching(/[A-Z].*\./) }],
    })
    expect(view.timeline.map(({ state }) => state)).toEqual([
      'PENDING',
      'WAITING_PAYMENT',
      'PROCESSING',
      'FAILED',
      'REFUNDED',
    ])
    expect(await supplierOrders(target)).toHaveLength(0)
    expect(await Promise.all(['orders:unearned', 'sales', 'refunds:payable'].map(balance))).toEqual([
      unearned,
      sales,
      payable,
    ])
    const refunds = await queryAs(
      shop.database.url,
      'select r.state from refunds r join orders o on o.id = r.order_id where o.number = $1',
      [order.orderNumber],
    )
    expect(refunds).toEqual([{ state: 'DONE' }])
  })

  test('an order that fails after it was accepted', async () => {
    const target = newTarget()
    await vip('outcome', { target, status: 'error', note: 'Akun tidak ditemukan.', times: 1 })
    const order = await paidOrder(target)
    expect((await over(order)).status).toBe('REFUNDED')
    expect(await supplierOrders(target)).toHaveLength(1)
  })

  test('one of three units fails: two are delivered, one third goes back', async () => {
    const target = newTarget()
    await vip('outcome', { target, status: 'error', note: 'Akun tidak ditemukan.', times: 1 })
    const order = await paidOrder(target, 3)
    const view = await over(order, ['PARTIAL'])
    expect(view.lines[0]?.delivery).toMatchObject({ kind: 'topup' })
    await whenOrder(shop, order, ({ payment }) => payment.refund?.state === 'done')
    const settled = await shop.app.orders.track(order.trackingToken)
    expect(settled?.payment.refund?.amount).toBe(order.total / 3)
    expect(await supplierOrders(target)).toHaveLength(3)
  })

  test('sold out at the supplier: the next offer is taken', async () => {
    const target = newTarget()
    const [cheapest] = await offers()
    await vip('outcome', {
      target,
      code: cheapest?.code,
      status: 'refuse',
      note: 'Layanan tidak tersedia.',
      times: 1,
    })
    const order = await paidOrder(target)
    expect((await over(order)).status).toBe('SUCCESS')
    const bought = await purchasesOf(order)
    expect(bought.map(({ state }) => state)).toEqual(['REFUSED', 'SUCCEEDED'])
    expect(bought[1]?.code).not.toBe(bought[0]?.code)
    expect(await supplierOrders(target)).toHaveLength(1)
  })

  test('the refund cannot be sent by itself: a person is asked, the page says it is on its way', async () => {
    const target = newTarget()
    await vip('outcome', { target, status: 'refuse', note: 'User ID tidak sesuai.', times: 1 })
    const order = await placed(shop, [
      { sku: diamonds.sku, quantity: 1, input: { user_id: target, zone_id: '2685' } },
    ])
    await pay(shop, order, { payment_type: 'bca_va' })
    await giveUpCorrecting(order)
    const view = await whenOrder(shop, order, ({ payment }) => payment.refund?.state === 'manual')
    expect(view).toMatchObject({ status: 'FAILED', payment: { status: 'refund_pending' } })
  })
})

describe('a supplier in trouble', () => {
  test('does not even answer: orders wait and are bought once it is back', async () => {
    const wanted = [newTarget(), newTarget(), newTarget()]
    await vip('faults', [{ match: { path: '/api/*' }, fault: 'http_500' }])
    const orders = await Promise.all(wanted.map((target) => paidOrder(target)))
    await eventually('the supplier to be asked', async () => {
      const states = await Promise.all(orders.map(purchasesOf))
      return states.every((purchases) => purchases.length > 0)
    })
    await vip('faults', [])
    for (const order of orders) expect((await over(order)).status).toBe('SUCCESS')
    for (const target of wanted) expect(await supplierOrders(target)).toHaveLength(1)
  })

  test('our balance is used up: the order waits, its offers rest, and all goes on by itself', async () => {
    const target = newTarget()
    await vip('config', { balance: 0 })
    const order = await paidOrder(target)
    await eventually('a refusal', async () =>
      (await purchasesOf(order)).some(({ state }) => state === 'NOT_PLACED'),
    )
    expect(await shop.app.orders.track(order.trackingToken)).toMatchObject({ status: 'PROCESSING' })
    await eventually('its offers to rest', async () => !(await isOnSale()))
    await vip('config', { balance: 50_000_000 })
    expect((await over(order)).status).toBe('SUCCESS')
    expect(await supplierOrders(target)).toHaveLength(1)
    await eventually('its offers to be back', isOnSale)
  })

  test('sends no webhooks: asking finds the end', async () => {
    const target = newTarget()
    await vip('config', { webhookUrl: '' })
    const order = await paidOrder(target)
    expect((await over(order)).status).toBe('SUCCESS')
  })

  test('sends its webhook before it answers', async () => {
    const target = newTarget()
    await vip('config', { webhookBeforeResponse: true })
    const order = await paidOrder(target)
    expect((await over(order)).status).toBe('SUCCESS')
    expect(await supplierOrders(target)).toHaveLength(1)
    await vip('config', { webhookBeforeResponse: false })
  })

  test('raises its price above what the buyer paid: it is not bought at a loss', async () => {
    const target = newTarget()
    const before = await offers()
    const order = await placed(shop, [
      { sku: diamonds.sku, quantity: 1, input: { user_id: target, zone_id: '2685' } },
    ])
    await queryAs(shop.database.url, `update supplier_offers set cost = $2 where code = any ($1)`, [
      before.map(({ code }) => code),
      order.total + 1,
    ])
    await pay(shop, order)
    expect((await over(order)).status).toBe('REFUNDED')
    expect(await supplierOrders(target)).toHaveLength(0)
    for (const { code, cost } of before)
      await queryAs(shop.database.url, 'update supplier_offers set cost = $2 where code = $1', [code, cost])
  })

  test('answers with an empty catalogue: ours stays', async () => {
    const count = async () =>
      (await queryAs(shop.database.url, 'select 1 from supplier_offers where available')).length
    const before = await count()
    await vip('config', { emptyCatalogue: true })
    const synced = await pullCatalogue(shop.app)
    expect(synced.ok && synced.value.status).not.toBe('succeeded')
    expect(await count()).toBe(before)
    await vip('config', { emptyCatalogue: false })
    const target = newTarget()
    expect((await over(await paidOrder(target))).status).toBe('SUCCESS')
  })
})

describe('messages of the supplier', () => {
  test('a forged "success" moves nothing, a genuine one about a foreign order neither', async () => {
    const target = newTarget()
    await vip('outcome', { target, status: 'waiting', times: 1 })
    await vip('config', { wrongSignature: true, webhookUrl: '' })
    const order = await paidOrder(target)
    await eventually('the purchase', async () => (await supplierOrders(target)).length === 1)
    const [made] = await supplierOrders(target)
    for (const signature of ['', 'x', '0'.repeat(32)]) {
      const response = await fetch(`${origin}/api/webhooks/vip-reseller`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-client-signature': signature },
        body: JSON.stringify({ data: { trxid: made?.trxid, status: 'success', note: 'FORGED' } }),
      })
      expect(response.status).toBeGreaterThanOrEqual(400)
    }
    expect(await shop.app.orders.track(order.trackingToken)).toMatchObject({ status: 'PROCESSING' })
    await vip('config', { wrongSignature: false })
    await vip('finish', { trxid: made?.trxid, status: 'success', note: 'SN-REAL' })
    const view = await over(order)
    expect(view.lines[0]?.delivery).toEqual({ kind: 'topup', serialNumber: 'SN-REAL' })
  })
})

async function isOnSale(): Promise<boolean> {
  const [row] = await queryAs<{ available: boolean }>(
    shop.database.url,
    'select available from skus where code = $1',
    [diamonds.sku],
  )
  return row?.available ?? false
}

async function offers(): Promise<{ code: string; cost: number }[]> {
  const rows = await queryAs<{ code: string; cost: string }>(
    shop.database.url,
    `select f.code, f.cost from supplier_offers f join skus s on s.id = f.sku_id
      where s.code = $1 and f.available order by f.cost, f.id`,
    [diamonds.sku],
  )
  return rows.map(({ code, cost }) => ({ code, cost: Number(cost) }))
}
