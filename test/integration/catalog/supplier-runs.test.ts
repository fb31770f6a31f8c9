import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findService, followAvailability } from '../../../src/catalog/index.ts'
import type { CatalogueFailure, OfferRow } from '../../../src/catalog/ports.ts'
import { repriceSkus } from '../../../src/pricing/index.ts'
import { approveRun, listDeadLetters } from '../../../src/sync/index.ts'
import { offerRow } from './pull-offers.ts'
import { scriptedSupplier, startSupplierStage, type SupplierStage } from './supplier-stage.ts'

const supplier = scriptedSupplier()
let stage: SupplierStage
beforeAll(async () => {
  stage = await startSupplierStage([supplier])
})
beforeEach(async () => {
  await stage.query(
    'truncate categories, supplier_offers, sync_runs, sync_records, cache_tags, price_rules cascade',
  )
  await stage.query('truncate sync_generations, sync_dead_letters, sync_buckets, price_changes cascade')
  await stage.query('update sync_connections set circuit_failures = 0, circuit_open_until = null')
})
afterAll(() => stage.database.drop())

async function pull(list: OfferRow[] | CatalogueFailure, kind: 'live' | 'dry' = 'live') {
  supplier.list = list
  return stage.run('vip-reseller', kind)
}

/** The row versions of everything the shop sells by: equal means not one row was written. */
function rowVersions(): Promise<unknown[]> {
  const tables = 'categories,products,skus,supplier_offers,sku_prices,offer_costs,price_changes,cache_tags'
  const reads = tables
    .split(',')
    .map((table) => `select '${table}' as t, xmin::text, ctid::text from ${table}`)
  return stage.query(`${reads.join(' union all ')} order by 1, 3`)
}

const many = Array.from({ length: 1_200 }, (_, index) =>
  offerRow(`ML${index}-S1`, { name: `${index + 1} Diamonds`, cost: 1_000 + index }),
)

describe('runs of a supplier', () => {
  it('create, then write nothing, then only what changed', async () => {
    const first = await pull(many)
    expect(first).toMatchObject({ status: 'succeeded', streams: [{ seen: 1_200, created: 1_200, pages: 1 }] })
    const before = await rowVersions()
    const second = await pull(many)
    expect(second).toMatchObject({
      status: 'succeeded',
      streams: [{ unchanged: 1_200, created: 0, updated: 0 }],
    })
    expect(await rowVersions()).toEqual(before)
    const third = await pull(many.map((row, index) => (index === 7 ? { ...row, cost: 9_999 } : row)))
    expect(third.streams).toMatchObject([{ updated: 1, unchanged: 1_199 }])
  })

  it('count the same when dry, and write nothing the shop sells by', async () => {
    await pull(many)
    const before = await rowVersions()
    const next = [
      ...many.slice(5).map((row, index) => (index < 3 ? { ...row, cost: 77_000 } : row)),
      offerRow('NEW', { name: '9999 Diamonds' }),
    ]
    const dry = await pull(next, 'dry')
    expect(await rowVersions()).toEqual(before)
    const live = await pull(next)
    expect(live.streams).toEqual(dry.streams)
    expect(live.streams).toMatchObject([{ created: 1, updated: 3, deleted: 5 }])
  })

  it('keep a garbled row as a dead letter, and its offer as it was', async () => {
    await pull(many.slice(0, 30))
    const list = [offerRow('ML0-S1', { garbled: { fault: 'no price', raw: {} } }), ...many.slice(1, 30)]
    expect(await pull(list)).toMatchObject({ status: 'succeeded', streams: [{ rejected: 1, deleted: 0 }] })
    const { deadLetters } = await listDeadLetters(stage.deps, { connection: 'vip-reseller' })
    expect(deadLetters).toMatchObject([{ record: 'ML0-S1', code: 'row_rejected', detail: 'no price' }])
    expect(await pull(many.slice(0, 30))).toMatchObject({ streams: [{ unchanged: 30 }] })
    expect((await listDeadLetters(stage.deps, {})).deadLetters).toEqual([])
  })

  it('go on past a row with half a character, whichever of its texts has it', async () => {
    await pull(many.slice(0, 30))
    const halves = [
      { route: 'A\ud83d' },
      { name: 'A\ud83d' },
      { family: '\udca6' },
      { displayName: '\ud83d' },
    ]
    for (const half of halves) {
      const list = [{ ...offerRow('ML0-S1'), ...half }, ...many.slice(1, 30)]
      expect(await pull(list)).toMatchObject({ status: 'succeeded', streams: [{ rejected: 1, deleted: 0 }] })
    }
  })

  it('take nothing for gone while a row cannot even be named', async () => {
    await pull(many.slice(0, 30))
    const raw = { code: null, name: 'a\0b', lone: '\ud800' }
    const list = [offerRow('', { garbled: { fault: 'no code', raw } }), ...many.slice(1, 30)]
    expect(await pull(list)).toMatchObject({ streams: [{ rejected: 1, deleted: 0 }] })
    expect(await stage.query('select 1 from supplier_offers where missing_since is not null')).toEqual([])
    expect(await pull(many.slice(1, 30))).toMatchObject({ status: 'succeeded', streams: [{ deleted: 1 }] })
  })

  it('find the offers of an older version of the shop, without doubles and without writing them anew', async () => {
    await pull(many)
    const before = await rowVersions()
    await stage.query('update sync_records set content_hash = null')
    expect(await pull(many)).toMatchObject({ status: 'succeeded', streams: [{ created: 0 }] })
    expect(await rowVersions()).toEqual(before)
  })
})

describe('a supplier that leaves the configuration', () => {
  const thirty = many.slice(0, 30)
  const sold = () => stage.query('select 1 from skus where available')
  const sweep = (...suppliers: string[]) =>
    followAvailability({
      db: stage.database.db,
      clock: { now: () => new Date() },
      reprice: repriceSkus,
      suppliers: new Map(suppliers.map((id) => [id, true])),
    })

  it('is not sold from until it returns, and its next equal run writes nothing', async () => {
    await pull(thirty)
    const fingerprints = () => stage.query('select external_id, xmin::text from sync_records order by 1')
    const known = await fingerprints()
    expect(await sweep()).toEqual({ changed: 30 })
    expect(await sold()).toEqual([])
    expect(await sweep('vip-reseller')).toEqual({ changed: 30 })
    expect(await sold()).toHaveLength(30)
    const before = await rowVersions()
    expect(await pull(thirty)).toMatchObject({ status: 'succeeded', streams: [{ unchanged: 30 }] })
    expect(await rowVersions()).toEqual(before)
    expect(await fingerprints()).toEqual(known)
  })

  it('and is still pulled by an older process makes no run write what is equal', async () => {
    await pull(thirty)
    await sweep()
    const before = await rowVersions()
    expect(await pull(thirty)).toMatchObject({ streams: [{ unchanged: 30 }] })
    expect(await rowVersions()).toEqual(before)
    expect(await sweep()).toEqual({ changed: 0 })
  })
})

describe('an unbelievable list', () => {
  const thirty = many.slice(0, 30)

  it.each([
    ['empty', []],
    ['much shorter', thirty.slice(0, 15)],
  ] as [string, OfferRow[]][])('that is %s takes nothing off sale until a person agrees', async (_, list) => {
    await pull(thirty)
    const before = await rowVersions()
    const run = await pull(list)
    expect(run.status).toBe('needs_approval')
    expect(await rowVersions()).toEqual(before)
    expect(await approveRun(stage.deps, run.runId, 'sari')).toMatchObject({ ok: true })
    await stage.run('vip-reseller')
    const gone = await stage.query('select 1 from supplier_offers where missing_since is not null')
    expect(gone).toHaveLength(thirty.length - list.length)
    const service = await findService({ db: stage.database.db }, 'mobile-legends')
    expect(service?.products.filter((sku) => sku.available)).toHaveLength(list.length)
  })

  it('of which no row can be read fails and changes nothing', async () => {
    await pull(thirty)
    const before = await rowVersions()
    const run = await pull(thirty.map((row) => ({ ...row, cost: -1 })))
    expect(run.status).toBe('failed')
    expect(JSON.stringify(run.errors)).toContain('all_rejected')
    expect(await rowVersions()).toEqual(before)
  })

  it('that is a refusal of the account opens the circuit', async () => {
    const run = await pull({ code: 'refused', detail: 'rc 41: Signature tidak valid' })
    expect(run).toMatchObject({ status: 'failed', errors: [{ code: 'credentials_refused' }] })
  })

  it('that is a throttle is asked for again when the supplier allows it, by nobody before', async () => {
    await pull(thirty)
    const before = await rowVersions()
    supplier.list = { code: 'throttled', detail: 'rc 83', retryAfterMs: 300_000 }
    supplier.pulls = 0
    const run = await stage.run('vip-reseller', 'live', 500)
    expect(run.status).toBe('running')
    expect(supplier.pulls).toBe(1)
    expect(await rowVersions()).toEqual(before)
  })
})
