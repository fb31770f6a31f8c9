import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { CreatedOrder } from '#orders'
import { readQris } from '#shared/qris.ts'
import { orderOf, pay, VISITOR, whenState } from '../../support/buyer.ts'
import { eventually } from '../../support/eventually.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letTimePass } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

const CHARGE = '/v2/charge'

let shop: TestShop
let stock: StockSku

beforeAll(async () => {
  shop = await createTestShop()
  await shop.serve()
  stock = await createStockSku(shop, markedCodes('CHARGE', 30))
}, 60_000)
afterEach(async () => {
  await faults([])
  expect(await checkInvariants(shop.database.url)).toEqual([])
})
afterAll(() => shop.stop())

const faults = (rules: unknown[]) => control(`${shop.sandboxes['midtrans']}/_sandbox/faults`, rules)
const create = (key: string, paymentMethod = 'midtrans_qris') =>
  shop.app.orders.create(orderOf([{ sku: stock.code, quantity: 1 }], { paymentMethod }), key, VISITOR)

async function placed(paymentMethod: string): Promise<CreatedOrder> {
  const created = await create(randomUUID(), paymentMethod)
  if (!created.ok) throw new Error(JSON.stringify(created.error))
  return created.value
}

async function transactionsOf(order: CreatedOrder): Promise<number> {
  const rows = await queryAs(shop.database.url, 'select 1 from payments where reference = $1', [
    order.payment.reference,
  ])
  return rows.length
}

test.each(['midtrans_qris', 'midtrans_bca_va'])(
  'an order is charged by %s, paid and delivered',
  async (method) => {
    const order = await placed(method)
    const { qrString, vaNumber } = order.payment
    if (method === 'midtrans_qris')
      expect(readQris(qrString ?? '')).toMatchObject({ ok: true, value: { amount: order.total } })
    else expect(vaNumber).toMatch(/^\d{10,20}$/)
    await pay(shop, order)
    await whenState(shop, order, 'SUCCESS')
  },
)

test.each(['truncate', 'empty', 'timeout_after'])(
  'a charge whose answer was lost by %s is looked up and shown at once',
  async (fault) => {
    await faults([{ match: { path: CHARGE }, fault, times: 1 }])
    const order = await placed('midtrans_qris')
    const { qrString, redirectUrl } = order.payment
    expect([qrString, redirectUrl].some(Boolean)).toBe(true)
    await pay(shop, order)
    await whenState(shop, order, 'SUCCESS')
    expect(await transactionsOf(order)).toBe(1)
  },
)

test('a charge that was lost altogether is shown by the same request, with a way to pay', async () => {
  await faults([
    { match: { path: CHARGE }, fault: 'truncate', times: 1 },
    { match: { path: '*/status' }, fault: 'http_500', times: 2 },
  ])
  const key = randomUUID()
  expect(await create(key)).toMatchObject({ ok: false, error: { code: 'gateway_unavailable' } })
  await letTimePass(shop.database.url, '20 seconds')
  const order = await eventually('the repeated request to be answered', async () => {
    const answer = await create(key)
    return answer.ok ? answer.value : undefined
  })
  const { qrString, redirectUrl } = order.payment
  expect([qrString, redirectUrl].some(Boolean)).toBe(true)
  await pay(shop, order)
  await whenState(shop, order, 'SUCCESS')
  expect(await transactionsOf(order)).toBe(1)
})

test('a lost charge that nobody asks for again is ended at the gateway, so that nobody can pay it', async () => {
  await faults([
    { match: { path: CHARGE }, fault: 'truncate', times: 1 },
    { match: { path: '*/status' }, fault: 'http_500', times: 2 },
  ])
  expect(await create(randomUUID())).toMatchObject({ ok: false, error: { code: 'gateway_unavailable' } })
  await letTimePass(shop.database.url)
  const reference = await eventually('the order to be closed', async () => {
    const [row] = await queryAs<{ reference: string }>(
      shop.database.url,
      `select p.reference from payments p join orders o on o.id = p.order_id
        where o.state = 'CANCELLED' and p.state = 'CANCELLED' and p.gateway_transaction_id is null`,
    )
    return row?.reference
  })
  await expect(
    control(`${shop.sandboxes['midtrans']}/_sandbox/pay`, { order_id: reference }),
  ).rejects.toThrow()
})
