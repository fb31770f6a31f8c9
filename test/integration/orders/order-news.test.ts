import { afterAll, beforeAll, expect, test } from 'vitest'
import { settlePayment, sweepLines, type CreatedOrder } from '#orders'
import { checkInvariants } from '../../support/invariants.ts'
import { createStockSku, markedCodes } from '../../support/stock-sku.ts'
import { ends, openRenewalStage, type RenewalStage } from './renewal-stage.ts'

// No worker runs here: the news stay where they were written.
let stage: RenewalStage
let mark = 0

beforeAll(async () => {
  stage = await openRenewalStage()
}, 60_000)
afterAll(async () => {
  expect(await checkInvariants(stage.shop.database.url)).toEqual([])
  await stage.shop.stop()
})

async function placed(count = 1): Promise<{ order: CreatedOrder; skuIds: string[] }> {
  const skus = await Promise.all(
    Array.from({ length: count }, async () => {
      mark += 1
      return await createStockSku(stage.shop, markedCodes(`NEWS${mark}`, 1))
    }),
  )
  const order = await stage.place(
    skus.map(({ code }) => ({ sku: code, quantity: 1 })),
    'tokopay_qris',
  )
  return { order, skuIds: skus.map(({ skuId }) => skuId) }
}

async function newsOf(order: CreatedOrder): Promise<string[]> {
  const rows = await stage.query<{ kind: string }>(
    `select e.kind from outbox_events e join orders o on o.id = e.order_id
      where o.number = $1 and e.kind like 'order.%' order by e.id`,
    [order.orderNumber],
  )
  return rows.map(({ kind }) => kind)
}

async function payAndDeliver(order: CreatedOrder): Promise<void> {
  const { last } = ends(await stage.attempts(order))
  await stage.pay(last)
  for (let copy = 0; copy < 3; copy += 1) await settlePayment(stage.shop.shop, last.id)
  for (let copy = 0; copy < 2; copy += 1) await sweepLines(stage.shop.shop, 0)
}

const lose = (skuId: string | undefined) =>
  stage.query(`delete from stock_units where sku_id = $1 and state <> 'SOLD'`, [skuId])

test('each payment that waits is told once, the money once, the end once', async () => {
  const { order } = await placed()
  await stage.renew(order, 'midtrans')
  await payAndDeliver(order)
  expect(await newsOf(order)).toEqual(['order.waiting', 'order.waiting', 'order.paid', 'order.delivered'])
})

test('an order of which a part came, or nothing, is told as such', async () => {
  const partial = await placed(2)
  await lose(partial.skuIds[0])
  await payAndDeliver(partial.order)
  expect((await newsOf(partial.order)).at(-1)).toBe('order.partial')
  const failed = await placed()
  await lose(failed.skuIds[0])
  await payAndDeliver(failed.order)
  expect((await newsOf(failed.order)).at(-1)).toBe('order.failed')
})
