import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MIGRATIONS_DIR, migrate } from '../../../src/platform/migrate.ts'
import { clusterUrl, dropDatabase, onCluster, queryAs } from '../../support/test-database.ts'

/** The last migration of a shop from before offers were records of the engine. */
const BEFORE = '0012'
const name = `lapak_t_${randomBytes(6).toString('hex')}`
const url = new URL(`/${name}`, clusterUrl()).href
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lapak-migrations-'))
  for (const file of await readdir(MIGRATIONS_DIR)) {
    if (file.slice(0, 4) < BEFORE) await cp(path.join(MIGRATIONS_DIR, file), path.join(folder, file))
  }
  await onCluster(async (client) => void (await client.query(`create database ${name}`)))
  await migrate(url, folder)
})
afterAll(async () => {
  await dropDatabase(name)
  await rm(folder, { recursive: true, force: true })
})

it('makes the offers of an older shop known to the engine, with their costs', async () => {
  await queryAs(
    url,
    `insert into supplier_offers (id, supplier, code, family, name, display_name, cost, available, content_hash, missing_since)
      select gen_random_uuid(), 'vip-reseller', 'C' || n, 'F', 'N', 'D', 1000 + n, n > 1, 'x',
        case n when 1 then now() end
      from generate_series(1, 3) n`,
  )
  await migrate(url)
  const offers = await queryAs(
    url,
    `select o.code, o.available, o.offered, o.orderable, r.local_id = o.id as same, r.content_hash, r.gone_at is not null as gone,
        c.cost = o.cost as costed
      from supplier_offers o join sync_records r on r.connection = o.supplier and r.entity = 'offer' and r.external_id = o.code
        join offer_costs c on c.offer_id = o.id
      order by o.code`,
  )
  const known = { orderable: true, same: true, content_hash: null, costed: true }
  expect(offers).toEqual([
    { ...known, code: 'C1', available: false, offered: false, gone: true },
    { ...known, code: 'C2', available: true, offered: true, gone: false },
    { ...known, code: 'C3', available: true, offered: true, gone: false },
  ])
  await queryAs(
    url,
    `insert into supplier_offers (id, supplier, code, family, name, display_name, cost, available, content_hash)
      values (gen_random_uuid(), 'vip-reseller', 'older', 'F', 'N', 'D', 1, true, 'x')`,
  )
})
