import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { openDatabase, type Database } from '../../../src/platform/database.ts'
import { MIGRATIONS_DIR, migrate } from '../../../src/platform/migrate.ts'
import { registerConnections, sweepSync } from '../../../src/sync/index.ts'
import { clusterUrl, dropDatabase, onCluster, queryAs } from '../../support/test-database.ts'
import { offerRow } from './pull-offers.ts'
import { runSupplier, scriptedSupplier, supplierDeps } from './supplier-stage.ts'

/** The first migration that the released version does not have. */
const RELEASED_BEFORE = '0009'

/** A shop of the released version: three top-ups with prices, an order of one, and a run that its end interrupted. */
const SHOP = `
  insert into categories (id, slug, name, name_en) values (gen_random_uuid(), 'game', 'Game', 'Games');
  insert into products (id, slug, name, category_id, delivery_kind, image_url, source, source_key)
    select gen_random_uuid(), 'mobile-legends', 'ML kita', id, 'SUPPLIER', '/art/x.svg', 'registry', 'mobile-legends'
    from categories;
  insert into skus (id, product_id, code, name, available)
    select gen_random_uuid(), p.id, 'ML-' || n, n || ' Diamonds', n <> 172
    from products p, unnest(array[86, 172, 257]) n;
  insert into supplier_offers (id, supplier, code, sku_id, family, name, display_name, cost, route, available, content_hash,
      missing_since)
    select gen_random_uuid(), 'vip-reseller', 'S-' || s.code, s.id, 'Mobile Legends A', s.name,
      'Mobile Legends A - ' || s.name, 20000, '1', s.available, 'x'::bytea, null from skus s
    union all
    select gen_random_uuid(), 'vip-reseller', 'gone', null, 'F', 'N', 'D', 1000, '', false, 'x'::bytea, now();
  insert into sku_prices (sku_id, retail, cost, floor) select id, 21500, 20000, 20200 from skus;
  insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
      payment_method, expires_at)
    values (gen_random_uuid(), 'LPK-1', decode(repeat('ab', 32), 'hex'), 'PROCESSING', 'A', 'a@example.com', '0812',
      21500, 21500, 'qris', now());
  insert into order_lines (id, order_id, position, sku_id, product_id, sku_code, sku_name, product_name, product_slug,
      delivery_kind, quantity, unit_price, total, state)
    select gen_random_uuid(), o.id, 1, s.id, s.product_id, s.code, s.name, 'ML kita', 'mobile-legends', 'SUPPLIER', 1,
      21500, 21500, 'PROCESSING' from orders o, skus s where s.code = 'ML-86';
  insert into sync_runs (id, connection, trigger, kind, status) values
    (gen_random_uuid(), 'vip-reseller', 'schedule', 'live', 'running')`

/** What buyers and the books hold on to. */
const KEPT = `select json_build_object(
    'offers', (select json_agg(o order by o.code) from
      (select id, code, sku_id, cost, available, missing_since from supplier_offers) o),
    'skus', (select json_agg(s order by s.code) from
      (select id, product_id, code, name, available, retail, cost, floor, priced_at
        from skus join sku_prices on sku_id = id) s),
    'orders', (select json_agg(o) from (select id, number, state, total, updated_at from orders) o),
    'lines', (select json_agg(l) from (select id, order_id, sku_id, state, total, updated_at from order_lines) l)) as kept`

let folder: string
let name: string
let url: string
let db: Database

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lapak-migrations-'))
  for (const file of await readdir(MIGRATIONS_DIR)) {
    if (file.slice(0, 4) < RELEASED_BEFORE) await cp(path.join(MIGRATIONS_DIR, file), path.join(folder, file))
  }
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(async () => {
  name = `lapak_t_${randomBytes(6).toString('hex')}`
  url = new URL(`/${name}`, clusterUrl()).href
  await onCluster(async (client) => void (await client.query(`create database ${name}`)))
  await migrate(url, folder)
  await queryAs(url, SHOP)
  db = openDatabase({ url, connections: 4 })
})
afterEach(async () => {
  await db.close()
  await dropDatabase(name)
})

it('makes the offers of an older shop known to the engine, with their costs, and lets older code go on', async () => {
  await migrate(url)
  const offers = await queryAs(
    url,
    `select o.code, o.available, o.offered, o.orderable, r.local_id = o.id as same, r.content_hash, r.gone_at is not null as gone,
        c.cost = o.cost as costed
      from supplier_offers o join sync_records r on r.connection = o.supplier and r.entity = 'offer' and r.external_id = o.code
        join offer_costs c on c.offer_id = o.id
      order by o.code collate "C"`,
  )
  const known = { orderable: true, same: true, content_hash: null, costed: true }
  expect(offers).toEqual([
    { ...known, code: 'S-ML-172', available: false, offered: false, gone: false },
    { ...known, code: 'S-ML-257', available: true, offered: true, gone: false },
    { ...known, code: 'S-ML-86', available: true, offered: true, gone: false },
    { ...known, code: 'gone', available: false, offered: false, gone: true },
  ])
  await queryAs(
    url,
    `insert into supplier_offers (id, supplier, code, family, name, display_name, cost, available, content_hash)
      values (gen_random_uuid(), 'vip-reseller', 'older', 'F', 'N', 'D', 1, true, 'x')`,
  )
})

it('keeps ids, prices and availability of an older shop through its first pulls, and the second writes nothing', async () => {
  const before = await queryAs(url, KEPT)
  await migrate(url)
  const supplier = scriptedSupplier()
  supplier.list = [86, 172, 257].map((n) =>
    offerRow(`S-ML-${n}`, { name: `${n} Diamonds`, available: n !== 172 }),
  )
  const deps = supplierDeps(db, [supplier])
  await registerConnections(deps)
  await sweepSync(deps)
  expect(await runSupplier(deps, 'vip-reseller')).toMatchObject({ status: 'succeeded' })
  expect(await queryAs(url, KEPT)).toEqual(before)
  expect(await queryAs(url, `select 1 from sync_runs where status = 'running'`)).toEqual([])
  const versions = await rowVersions()
  const second = await runSupplier(deps, 'vip-reseller')
  expect(second).toMatchObject({ status: 'succeeded', streams: [{ unchanged: 3, updated: 0 }] })
  expect(await rowVersions()).toEqual(versions)
})

/** Row versions of the catalogue, the books and the engine's map. */
function rowVersions(): Promise<unknown[]> {
  const catalogue = ['categories', 'products', 'skus', 'supplier_offers', 'offer_costs', 'sku_prices']
  const others = ['price_changes', 'price_rules', 'orders', 'order_lines', 'sync_records', 'sync_changes']
  const tables = [...catalogue, ...others, 'cache_tags']
  const text = tables.map((table) => `select '${table}' as t, xmin::text, ctid::text from ${table}`)
  return queryAs(url, `${text.join(' union all ')} order by 1, 3`)
}
