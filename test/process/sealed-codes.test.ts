import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandboxes, type RunningSandboxes } from '../../sandboxes/main.ts'
import type { CreatedOrder } from '#orders'
import { DEMO } from '../../src/platform/config.ts'
import { pay } from '../support/buyer.ts'
import { eventually } from '../support/eventually.ts'
import { findInDatabase, findInText } from '../support/find-secret.ts'
import { checkInvariants } from '../support/invariants.ts'
import { createShopTemplate, type ShopTemplate } from '../support/shop-template.ts'
import { queryAs } from '../support/test-database.ts'
import { placedOverHttp, trackedOverHttp } from './http-buyer.ts'
import { startTendedShop, type TendedShop } from './tended-shop.ts'

/** What every code of this file contains; its signs look different in every escaping. */
const MARK = 'RAHASIA&7F3K/Q+'
const CODES = 1_000
const ORDERS = 25
const CODES_EACH = 2

let template: ShopTemplate
let database: { url: string; drop(): Promise<void> }
let sandboxes: RunningSandboxes
let shop: TendedShop

beforeAll(async () => {
  template = await createShopTemplate()
  database = await template.copy()
  sandboxes = await startSandboxes({ port: 0, only: ['midtrans', 'vip-reseller'] })
  shop = await startTendedShop({
    template,
    databaseUrl: database.url,
    sandboxes: sandboxes.urls,
    logLevel: 'trace',
  })
}, 120_000)
afterAll(async () => {
  await shop.stop()
  await sandboxes.stop()
  await database.drop()
  await template.drop()
})

async function importCodes(): Promise<void> {
  const codes = Array.from({ length: CODES }, (_, n) => `${MARK}${String(n).padStart(4, '0')}`)
  await eventually('the import', async () => {
    const response = await fetch(`${shop.url}/api/admin/stock/${template.stock.code}`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', authorization: `Bearer ${DEMO.adminApiToken}` },
      body: `code\n${codes.join('\n')}\n`,
    }).catch(() => undefined)
    if (response === undefined) return false
    const body = await response.text()
    if (!response.ok) throw new Error(body)
    return (JSON.parse(body) as { imported: number }).imported === CODES
  })
}

test('S-EN: a thousand codes leave no trace outside of their seals and their buyers’ pages', async () => {
  await queryAs(database.url, `delete from stock_units where sku_id = $1`, [template.stock.skuId])
  await importCodes()
  const orders: CreatedOrder[] = []
  for (let n = 0; n < ORDERS; n += 5)
    orders.push(...(await Promise.all(Array.from({ length: 5 }, () => buy()))))
  const shown = await Promise.all(orders.map(codesShown))
  expect(new Set(shown.flat()).size).toBe(ORDERS * CODES_EACH)
  for (const code of shown.flat()) expect(code.startsWith(MARK)).toBe(true)

  const { rows, leaks } = await findInDatabase(database.url, MARK)
  expect(Object.keys(rows).length).toBeGreaterThan(25)
  expect(rows).toMatchObject({
    'public.stock_units': CODES,
    'public.deliveries': ORDERS * CODES_EACH,
    'public.orders': ORDERS,
  })
  expect(rows['pgboss.job_common'] ?? rows['pgboss.job']).toBeGreaterThan(0)
  expect(leaks).toEqual([])
  const written = shop.output()
  expect(written).toContain('"msg":"request"')
  expect(findInText('logs', written, MARK)).toEqual([])
  expect(await checkInvariants(database.url)).toEqual([])
}, 120_000)

test('the search finds what it looks for, in a table, in a job and in a log', async () => {
  const secret = `${MARK}0000`
  const base64 = Buffer.from(`x${secret}`).toString('base64')
  await queryAs(
    database.url,
    `update orders set customer_name = $1 where id = (select id from orders limit 1)`,
    [secret],
  )
  await queryAs(database.url, `update stock_batches set label = $1`, [Buffer.from(secret).toString('hex')])
  await queryAs(database.url, `update order_history set reason = $1`, [encodeURIComponent(secret)]).catch(
    () => undefined,
  )
  await queryAs(database.url, `update webhook_inbox set body = $1`, [Buffer.from(secret, 'utf16le')])
  await queryAs(database.url, `update payments set token = $1`, [base64])
  const { leaks } = await findInDatabase(database.url, MARK)
  expect(leaks.map(({ place, spelling }) => `${place}: ${spelling}`)).toEqual(
    expect.arrayContaining([
      'public.orders: plain',
      'public.stock_batches: hex',
      'public.webhook_inbox: UTF-16 hex',
      'public.payments: base64 at 1',
    ]),
  )
  expect(findInText('log', JSON.stringify({ note: base64 }), MARK)).not.toEqual([])
})

async function buy(): Promise<CreatedOrder> {
  const order = await placedOverHttp(shop, [{ sku: template.stock.code, quantity: CODES_EACH }])
  await pay(shop, order)
  return order
}

async function codesShown(order: CreatedOrder): Promise<string[]> {
  return await eventually(
    'the codes',
    async () => {
      const view = await trackedOverHttp(shop, order)
      const delivery = view.lines[0]?.delivery
      return delivery?.kind === 'codes' ? delivery.codes : undefined
    },
    { everyMs: 300 },
  )
}
