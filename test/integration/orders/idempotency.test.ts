import { closeStalledOrders } from '#orders'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { orderOf, pay, VISITOR, whenState } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letTimePass } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

const OPENING = '/snap/v1/transactions'

let shop: TestShop
let stock: StockSku

beforeAll(async () => {
  shop = await createTestShop()
  stock = await createStockSku(shop, markedCodes('ONCE', 60))
  await shop.serve()
})
afterAll(async () => {
  expect(await checkInvariants(shop.database.url)).toEqual([])
  await shop.stop()
})

/** Long enough for a repeat to take the order over, too short for the shop to close it. */
const TAKE_OVER = '20 seconds'

async function gatewayFault(rule: unknown): Promise<void> {
  await control(`${shop.sandboxes['midtrans']}/_sandbox/faults`, rule)
}

async function ordersOf(key: string): Promise<number> {
  const rows = await queryAs<{ orders: number }>(
    shop.database.url,
    `select count(*)::int as orders from orders o join idempotency_keys k on k.resource_id = o.id where k.key = $1`,
    [key],
  )
  return rows[0]?.orders ?? 0
}

const create = (key: string, change: Record<string, unknown> = {}) =>
  shop.app.orders.create(orderOf([{ sku: stock.code, quantity: 1 }], change), key, VISITOR)

test('C8: a hundred equal requests at once make one order', async () => {
  const [before] = await queryAs<{ count: string }>(shop.database.url, 'select count(*) from orders')
  const key = randomUUID()
  const answers = await Promise.all(Array.from({ length: 100 }, () => create(key)))
  const numbers = answers.flatMap((answer) => (answer.ok ? [answer.value.orderNumber] : []))
  const refusals = answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]))
  expect(new Set(numbers).size).toBe(1)
  expect(new Set(refusals).size === 0 || refusals.every((code) => code === 'request_in_progress')).toBe(true)
  expect(answers.filter((answer) => answer.ok && !answer.value.isReplayed)).toHaveLength(1)
  const [after] = await queryAs<{ count: string }>(shop.database.url, 'select count(*) from orders')
  expect(Number(after?.count) - Number(before?.count)).toBe(1)
  const later = await create(key)
  expect(later).toMatchObject({ ok: true, value: { orderNumber: numbers[0], isReplayed: true } })
})

test('the order of fields in the request does not matter, their values do', async () => {
  const key = randomUUID()
  const first = await create(key)
  const { items, customer, paymentMethod } = orderOf([{ sku: stock.code, quantity: 1 }])
  const turned = { paymentMethod, customer: Object.fromEntries(Object.entries(customer).reverse()), items }
  const same = await shop.app.orders.create(turned, key, VISITOR)
  expect(same).toMatchObject({ ok: true, value: { orderNumber: first.ok ? first.value.orderNumber : '' } })
  for (const change of [
    { customer: { ...customer, email: 'other@example.com' } },
    { items: [{ sku: stock.code, quantity: 2 }] },
    { locale: 'en' },
    { returnUrl: '/elsewhere' },
  ]) {
    expect(await create(key, change)).toEqual({ ok: false, error: { code: 'idempotency_key_reused' } })
  }
  expect(await ordersOf(key)).toBe(1)
})

test('a hundred different requests with one key: one order, the others are told', async () => {
  const key = randomUUID()
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      create(key, { customer: { name: `Buyer ${n}`, email: 'a@example.com', phone: '081234567890' } }),
    ),
  )
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  for (const answer of answers) if (!answer.ok) expect(answer.error.code).toBe('idempotency_key_reused')
  expect(await ordersOf(key)).toBe(1)
})

test('a refused request leaves its key free', async () => {
  const key = randomUUID()
  expect((await create(key, { items: [{ sku: 'NO-SUCH', quantity: 1 }] })).ok).toBe(false)
  expect(await create(key)).toMatchObject({ ok: true })
})

test.each(['midtrans', 'midtrans_qris', 'tokopay_bri_va'])(
  'the repeat of an order that its buyer cancelled says so, whatever its way to pay: %s',
  async (paymentMethod) => {
    const key = randomUUID()
    const created = await create(key, { paymentMethod })
    if (!created.ok) throw new Error(JSON.stringify(created.error))
    expect(await shop.app.orders.cancel(created.value.trackingToken)).toMatchObject({ ok: true })
    expect(await create(key, { paymentMethod })).toMatchObject({
      ok: true,
      value: { orderNumber: created.value.orderNumber, status: 'CANCELLED', isReplayed: true },
    })
  },
)

test('a process that died between order and gateway: the repeat finishes its work', async () => {
  const key = randomUUID()
  await gatewayFault([{ match: { path: OPENING }, fault: 'timeout_before', times: 1 }])
  expect(await create(key)).toMatchObject({ ok: false, error: { code: 'gateway_unavailable' } })
  expect(await create(key)).toEqual({ ok: false, error: { code: 'request_in_progress' } })
  await letTimePass(shop.database.url, TAKE_OVER)
  const repeated = await create(key)
  if (!repeated.ok) throw new Error(repeated.error.code)
  expect(repeated.value.payment.redirectUrl).toMatch(/^http/)
  expect(await ordersOf(key)).toBe(1)
  await pay(shop, repeated.value)
  expect(await whenState(shop, repeated.value, 'SUCCESS')).toMatchObject({ status: 'SUCCESS' })
})

test('twenty repeats that take over at once still open one payment', async () => {
  const key = randomUUID()
  await gatewayFault([{ match: { path: OPENING }, fault: 'timeout_after', times: 1 }])
  expect(await create(key)).toMatchObject({ ok: false, error: { code: 'gateway_unavailable' } })
  await letTimePass(shop.database.url, TAKE_OVER)
  const answers = await Promise.all(Array.from({ length: 20 }, () => create(key)))
  const opened = answers.flatMap((answer) => (answer.ok ? [answer.value] : []))
  expect(opened.length).toBeGreaterThan(0)
  expect(new Set(opened.map(({ payment }) => payment.token)).size).toBe(1)
  const payments = await queryAs(
    shop.database.url,
    `select p.state from payments p join orders o on o.id = p.order_id where o.number = $1`,
    [opened[0]?.orderNumber],
  )
  expect(payments).toEqual([{ state: 'PENDING' }])
})

test('an order whose buyer went away before the payment page is closed by the shop, and its key is free', async () => {
  const key = randomUUID()
  await gatewayFault([{ match: { path: OPENING }, fault: 'timeout_before', times: 1 }])
  expect((await create(key)).ok).toBe(false)
  // Asked for first: once time has passed the shop may close the order at any moment, and its key is gone then.
  const [order] = await queryAs<{ id: string }>(
    shop.database.url,
    'select resource_id as id from idempotency_keys where key = $1',
    [key],
  )
  expect(order).toBeDefined()
  await letTimePass(shop.database.url)

  await eventually('the order to be closed', async () => {
    await closeStalledOrders(shop.shop)
    const rows = await queryAs<{ state: string }>(
      shop.database.url,
      'select state from orders where id = $1',
      [order?.id],
    )
    return rows[0]?.state === 'CANCELLED'
  })
  expect(await ordersOf(key)).toBe(0)
})
