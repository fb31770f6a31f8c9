import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { decideException, expireOrders, giveRefund, returnSurplus, type CreatedOrder } from '#orders'
import { dueRefunds, type ExceptionDecision } from '#payments'
import { placed } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { letOrdersExpire } from '../../support/let-time-pass.ts'
import { createStockSku, markedCodes } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { control, createTestShop, type TestShop } from '../../support/test-shop.ts'

// No worker runs here: each test decides who comes first, the bank or the shop.
let shop: TestShop
let mark = 0

beforeAll(async () => {
  shop = await createTestShop()
}, 60_000)
afterEach(async () => expect(await checkInvariants(shop.database.url)).toEqual([]))
afterAll(() => shop.stop())

/** Moves the transaction at the gateway; the shop hears of it by asking. */
async function becomes(order: CreatedOrder, status: string): Promise<void> {
  await control(`${shop.sandboxes['midtrans']}/_sandbox/transition`, {
    order_id: order.payment.reference,
    transaction_status: status,
    payment_type: 'gopay',
    force: true,
  })
  await shop.app.orders.refreshPayment(order.trackingToken)
}

/** Money that came after the goods went to somebody else. */
async function paidTooLate(): Promise<CreatedOrder> {
  mark += 1
  const stock = await createStockSku(shop, markedCodes(`BANKLATE${mark}`, 1))
  const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
  await letOrdersExpire(shop.database.url, [order.orderNumber])
  await expireOrders(shop.shop)
  await placed(shop, [{ sku: stock.code, quantity: 1 }])
  await becomes(order, 'settlement')
  return order
}

async function balances(): Promise<Record<string, number>> {
  const rows = await queryAs<{ code: string; balance: string }>(
    shop.database.url,
    `select code, balance from accounts where balance <> 0`,
  )
  return Object.fromEntries(rows.map(({ code, balance }) => [code, Number(balance)]))
}

async function decide(order: CreatedOrder, kind: string, action: ExceptionDecision): Promise<string> {
  const [task] = await queryAs<{ id: string }>(
    shop.database.url,
    `select e.id from payment_exceptions e join payments p on p.id = e.payment_id join orders o on o.id = p.order_id
      where o.number = $1 and e.kind = $2`,
    [order.orderNumber, kind],
  )
  const decided = await decideException(shop.shop, task?.id ?? '', { action, note: 'seen', by: 'rina' })
  return decided.ok ? 'closed' : decided.error.code
}

test.each(['deny', 'chargeback'])(
  '%s of late money before it went back: it is not paid once more',
  async (status) => {
    const order = await paidTooLate()
    await becomes(order, status)
    expect(await returnSurplus(shop.shop)).toEqual({ returned: 0 })
    expect(await decide(order, 'late', 'paid_back')).toBe('not_allowed')
    expect(await decide(order, 'late', 'gone')).toBe('closed')
    const other = status === 'deny' ? 'reversed' : 'chargeback'
    expect(await decide(order, other, 'gone')).toBe('not_allowed')
    expect(await decide(order, other, 'close')).toBe('closed')
    expect(await balances()).toEqual({})
  },
)

test.each(['deny', 'chargeback'])(
  '%s of late money that is on its way back: nothing goes out any more',
  async (status) => {
    const order = await paidTooLate()
    await returnSurplus(shop.shop)
    await becomes(order, status)
    await queryAs(shop.database.url, `update refunds set next_try_at = now() where state <> 'DONE'`)
    expect(await dueRefunds(shop.shop.db)).toEqual([])
    expect(await balances()).toEqual({})
  },
)

test('a refund that waits for a person is settled by the bank: nobody sends the money once more', async () => {
  const order = await paidTooLate()
  await returnSurplus(shop.shop)
  await control(`${shop.sandboxes['midtrans']}/_sandbox/faults`, {
    match: { path: '*/refund' },
    fault: 'truncate',
    times: 1,
  })
  for (const id of await dueRefunds(shop.shop.db)) await giveRefund(shop.shop, id)
  await queryAs(
    shop.database.url,
    `update refunds set state = 'MANUAL', next_try_at = null where state <> 'DONE'`,
  )
  await becomes(order, 'chargeback')
  const refunds = await queryAs(
    shop.database.url,
    `select r.state, r.settled_as from refunds r join orders o on o.id = r.order_id where o.number = $1`,
    [order.orderNumber],
  )
  expect(refunds).toEqual([{ state: 'DONE', settled_as: 'chargeback' }])
  expect(await balances()).toEqual({})
})

test('money that came and went before anybody looked leaves no trace in the books once it is decided', async () => {
  mark += 1
  const stock = await createStockSku(shop, markedCodes(`UNSEEN${mark}`, 1))
  const order = await placed(shop, [{ sku: stock.code, quantity: 1 }])
  await becomes(order, 'refund')
  await becomes(order, 'refund')
  expect(await decide(order, 'reversed', 'gone')).toBe('closed')
  expect(await balances()).toEqual({})
})
