import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#platform/ids.ts'
import { watchIncidents } from '../../../src/jobs/incidents.ts'
import { markedCodes, createStockSku } from '../../support/stock-sku.ts'
import { queryAs } from '../../support/test-database.ts'
import { createTestShop, type TestShop } from '../../support/test-shop.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await createTestShop({ env: { LOG_LEVEL: 'silent' } })
})
afterAll(() => shop.stop())

const open = async () =>
  (await shop.app.incidents.list())
    .filter(({ state }) => state !== 'RESOLVED')
    .map(({ kind, subject, count }) => `${kind} ${subject} ${count}`)
    .toSorted()

const quietMinutes = () =>
  queryAs(shop.database.url, `update incidents set clear_since = clear_since - interval '11 minutes'`)

/** A paid order of a SKU whose line is delivered: it sells. */
async function sell(sku: { skuId: string; code: string }): Promise<void> {
  await queryAs(
    shop.database.url,
    `with sold as (
        insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
          payment_method, expires_at, paid_at)
        values ($1::uuid, 'LP-' || upper(right($1::uuid::text, 10)), sha256($1::uuid::text::bytea), 'SUCCESS', 'A', 'a@mail.example', '', 10000, 10000,
          'midtrans', now(), now()) returning id)
      insert into order_lines (id, order_id, position, sku_id, product_id, sku_code, sku_name, product_name, product_slug,
        delivery_kind, quantity, unit_price, total, state)
      select $2, sold.id, 1, s.id, s.product_id, s.code, 'A', 'A', 'a', 'STOCK', 1, 10000, 10000, 'DELIVERED'
      from sold, skus s where s.id = $3`,
    [newId(), newId(), sku.skuId],
  )
}

test('stock that sells and runs out opens one incident, and a refill of a few does not end it', async () => {
  const sku = await createStockSku(shop, markedCodes('FEW', 4))
  await watchIncidents(shop.shop)
  expect(await open()).toEqual([])
  await sell(sku)
  await watchIncidents(shop.shop)
  expect(await open()).toEqual([`stock_low ${sku.code} 4`])
  await shop.app.operator.importStock(sku.code, `code\n${markedCodes('SOME', 4).join('\n')}\n`, 'test')
  await watchIncidents(shop.shop)
  expect(await open()).toEqual([`stock_low ${sku.code} 8`])
  await shop.app.operator.importStock(sku.code, `code\n${markedCodes('MANY', 4).join('\n')}\n`, 'test')
  await watchIncidents(shop.shop)
  await quietMinutes()
  await watchIncidents(shop.shop)
  expect(await open()).toEqual([])
})

test('a supplier at its limit, a channel that is away and messages that died are told apart', async () => {
  await queryAs(
    shop.database.url,
    `insert into supplier_states (supplier, balance, balance_at, low_balance) values ('vip-reseller', 5, now(), 100)
      on conflict (supplier) do update set balance = 5, balance_at = now(), low_balance = 100`,
  )
  const message = `insert into messages (id, event_number, business_key, channel, audience, template, locale, state, tries,
      failure, next_try_at) values ($1::uuid, 1, $1::uuid::text, 'telegram', 'staff', 'incident-opened', 'id', $2, $3, $4, $5)`
  await queryAs(shop.database.url, message, [newId(), 'FAILED', 52, 'given_up', null])
  await queryAs(shop.database.url, message, [newId(), 'WAITING', 7, null, new Date(Date.UTC(2099, 0))])
  await queryAs(
    shop.database.url,
    `insert into provider_accounts (id, provider, label, external_id, sealed, key_id, plans, seats, daily_quota, state)
      values ($1, 'teams', 'Tim satu', 'ws-1', 'x', 'k', '{member}', 5, 10, 'BANNED')`,
    [newId()],
  )
  await watchIncidents(shop.shop)
  expect(await open()).toEqual([
    'account_out Tim satu 1',
    'channel_down telegram 1',
    'messages_dead telegram 1',
    'supplier_balance vip-reseller 1',
  ])
})

test('a watch that fails ends nothing', async () => {
  const before = await open()
  const away = () => {
    throw new Error('away')
  }
  const broken = { ...shop.shop, suppliers: Object.assign(new Map(shop.shop.suppliers), { keys: away }) }
  await watchIncidents(broken)
  await quietMinutes()
  await watchIncidents(broken)
  expect(before).toContain('supplier_balance vip-reseller 1')
  expect(await open()).toEqual(before)
})
