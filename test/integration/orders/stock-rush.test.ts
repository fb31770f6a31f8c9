import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CreatedOrder } from '#orders'
import { orderOf, pay, VISITOR, whenOrder, whenState } from '../../support/buyer.ts'
import { checkInvariants } from '../../support/invariants.ts'
import { createStockSku, markedCodes, type StockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { createTestShop, type TestShop } from '../../support/test-shop.ts'

const CODES = 60
const BUYERS = 100

let shop: TestShop
let stock: StockSku
const codes = markedCodes('RUSH', CODES)

beforeEach(async () => {
  shop = await createTestShop()
  stock = await createStockSku(shop, codes)
  await shop.serve('all')
})
afterEach(async () => {
  await shop.stop()
})

type Rush = {
  orders: { order: CreatedOrder; quantity: number }[]
  refusals: { code: string; quantity: number }[]
}

/** All buyers at once, each wanting `quantityOf` codes. */
async function rush(quantityOf: (buyer: number) => number): Promise<Rush> {
  const tries = await Promise.all(
    Array.from({ length: BUYERS }, async (_, buyer) => {
      const quantity = quantityOf(buyer)
      const body = orderOf([{ sku: stock.code, quantity }])
      return { quantity, answer: await shop.app.orders.create(body, randomUUID(), VISITOR) }
    }),
  )
  const refusals: Rush['refusals'] = []
  const orders: Rush['orders'] = []
  for (const { quantity, answer } of tries) {
    if (answer.ok) orders.push({ order: answer.value, quantity })
    else refusals.push({ code: answer.error.code, quantity })
  }
  return { orders, refusals }
}

async function freeUnits(): Promise<number> {
  const rows = await queryAs<{ free: number }>(
    shop.database.url,
    `select count(*)::int as free from stock_units where sku_id = $1 and state = 'AVAILABLE'`,
    [stock.skuId],
  )
  return rows[0]?.free ?? 0
}

/** Every code that buyers see on their pages, once all orders are paid and over. */
async function payAndCollect({ orders }: Rush): Promise<string[]> {
  await Promise.all(orders.map(({ order }) => pay(shop, order)))
  const views = await Promise.all(
    orders.map(({ order }) =>
      whenOrder(shop, order, (view) => ['SUCCESS', 'FAILED', 'REFUNDED'].includes(view.status)),
    ),
  )
  return views.flatMap((view) =>
    view.lines.flatMap((line) => (line.delivery?.kind === 'codes' ? line.delivery.codes : [])),
  )
}

/** What must hold after a rush on `CODES` codes with one code each. */
async function expectEachCodeSoldOnce(): Promise<void> {
  const rushed = await rush(() => 1)
  expect(rushed.orders).toHaveLength(CODES)
  expect(rushed.refusals).toEqual(
    Array.from({ length: BUYERS - CODES }, () => ({ code: 'sku_unavailable', quantity: 1 })),
  )
  const shown = await payAndCollect(rushed)
  expect(new Set(shown).size).toBe(shown.length)
  expect(shown.toSorted()).toEqual(codes)
}

test('C1: a hundred buyers for sixty codes: sixty get one each, forty are told', async () => {
  await expectEachCodeSoldOnce()
  expect(await checkInvariants(shop.database.url)).toEqual([])
}, 60_000)

test('C1: buyers of one to three: nobody is refused what is still there', async () => {
  const rushed = await rush((buyer) => 1 + (buyer % 3))
  const free = await freeUnits()
  const sold = rushed.orders.reduce((sum, { quantity }) => sum + quantity, 0)
  expect(sold + free).toBe(CODES)
  for (const { code, quantity } of rushed.refusals) {
    expect(code).toBe('sku_unavailable')
    expect(quantity).toBeGreaterThan(free)
  }
  const shown = await payAndCollect(rushed)
  expect(shown).toHaveLength(sold)
  expect(new Set(shown).size).toBe(sold)
  expect(await checkInvariants(shop.database.url)).toEqual([])
}, 60_000)

test('two lines of one order are served together or not at all', async () => {
  const other = await createStockSku(shop, markedCodes('PAIR', 1))
  const wish = [
    { sku: stock.code, quantity: 1 },
    { sku: other.code, quantity: 1 },
  ]
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => shop.app.orders.create(orderOf(wish), randomUUID(), VISITOR)),
  )
  const [winner, ...more] = answers.flatMap((answer) => (answer.ok ? [answer.value] : []))
  expect(more).toEqual([])
  for (const answer of answers)
    if (!answer.ok) expect(answer.error).toMatchObject({ code: 'sku_unavailable' })
  expect(await freeUnits()).toBe(CODES - 1)
  if (winner === undefined) throw new Error('nobody got the pair')
  await pay(shop, winner)
  expect((await whenState(shop, winner, 'SUCCESS')).lines).toHaveLength(2)
  expect(await checkInvariants(shop.database.url)).toEqual([])
})

test('the same rush goes wrong when a claim looks first and takes later', async () => {
  await queryAs(shop.database.url, UNGUARDED_CLAIM)
  await expect(expectEachCodeSoldOnce()).rejects.toThrow(/length of 60/)
})

/** The claim as a beginner writes it: it reads free units without a lock and lets whoever comes last win. */
const UNGUARDED_CLAIM = `create or replace function claim_stock(p_line_ids uuid[], p_sku_ids uuid[], p_quantities integer[], p_hold_minutes integer)
  returns uuid[] language plpgsql set search_path = pg_catalog, public as $$
declare v_units uuid[];
begin
  select array_agg(unit.id) into v_units from (
    select u.id from stock_units u where u.sku_id = p_sku_ids[1] and u.state = 'AVAILABLE'
    order by u.id limit p_quantities[1]) unit;
  if coalesce(cardinality(v_units), 0) < p_quantities[1] then return array[p_sku_ids[1]]; end if;
  perform pg_sleep(0.01);
  perform hold_stock(v_units, p_line_ids, p_sku_ids, p_quantities, p_hold_minutes);
  return '{}';
end $$`
