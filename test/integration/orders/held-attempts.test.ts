import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { settlePayment, sweepLines, type CreatedOrder } from '#orders'
import { endAttempts } from '../../../src/orders/end-attempts.ts'
import { selectLeftAttempts } from '../../../src/orders/renewals-view-store.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createStockSku, markedCodes } from '../../support/stock-sku.ts'
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

async function place(method: string): Promise<CreatedOrder> {
  mark += 1
  const { code } = await createStockSku(stage.shop, markedCodes(`HELD${mark}`, 1))
  return await stage.place([{ sku: code, quantity: 1 }], method)
}

/** An order that its first payment paid after it was let go; its second one, by `method`, is left open. */
async function leaveOpen(method: 'midtrans' | 'tokopay_qris'): Promise<CreatedOrder> {
  const order = await place(method === 'midtrans' ? 'tokopay_qris' : 'midtrans')
  expect(await stage.renew(order, method)).toMatchObject({ ok: true })
  const { first, last } = ends(await stage.attempts(order))
  expect(last.state).toBe('PENDING')
  await stage.pay(first)
  await settlePayment(stage.shop.shop, first.id)
  await sweepLines(stage.shop.shop, 0)
  return order
}

test('attempts whose gateway is dead hide nobody else’s, however few are read at once', async () => {
  const orders = [await leaveOpen('midtrans'), await leaveOpen('midtrans'), await leaveOpen('midtrans')]
  const [dead] = orders
  expect(dead).toBeDefined()
  const { shop } = stage.shop
  const reference = dead === undefined ? '' : ends(await stage.attempts(dead)).last.reference
  const midtrans = shop.gateways.get('midtrans')
  if (midtrans === undefined) throw new Error('no gateway')
  const gateways = new Map([
    ...shop.gateways,
    [
      'midtrans',
      {
        ...midtrans,
        cancel: async (...asked: Parameters<typeof midtrans.cancel>) =>
          asked[0].reference === reference
            ? ({ ok: false, error: { code: 'unavailable', detail: 'dead' } } as const)
            : await midtrans.cancel(...asked),
      },
    ],
  ])
  await endAttempts({ ...shop, gateways }, (after) =>
    shop.db.transaction('test.left', { role: 'worker' }, (tx) => selectLeftAttempts(tx, { limit: 1, after })),
  )
  const states = []
  for (const order of orders) states.push(ends(await stage.attempts(order)).last.state)
  expect(states).toEqual(['PENDING', 'CANCELLED', 'CANCELLED'])
})

test('an order whose payment is under review without money says that it cannot be paid anew', async () => {
  const other = await place('midtrans')
  const order = await place('midtrans')
  const { first } = ends(await stage.attempts(order))
  const transaction = await stage.at('midtrans', 'pay', { order_id: first.reference, payment_type: 'gopay' })
  // The other payment stands for this transaction already: it is not the money of this order.
  await stage.query(`update payments set gateway_transaction_id = $2 where order_id = $1`, [
    await stage.orderId(other),
    z.object({ transaction_id: z.string() }).parse(transaction).transaction_id,
  ])
  expect(await settlePayment(stage.shop.shop, first.id)).toEqual({ ok: true, value: 'review' })
  expect(ends(await stage.attempts(order)).first).toMatchObject({ state: 'REVIEW', booked_to: null })
  expect(await stage.renew(order, 'tokopay_qris')).toEqual({ ok: false, error: { code: 'not_renewable' } })
  expect(await stage.attempts(order)).toHaveLength(1)
})
