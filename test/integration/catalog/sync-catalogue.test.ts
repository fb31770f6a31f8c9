import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import {
  findRun,
  findService,
  listServices,
  listRuns,
  syncCatalogue,
  type Run,
} from '../../../src/catalog/index.ts'
import type { OfferRow } from '../../../src/catalog/ports.ts'
import { repriceSkus, setHandPrice } from '../../../src/pricing/index.ts'
import { err, ok, type Result } from '../../../src/shared/result.ts'
import type { CatalogueFailure } from '../../../src/catalog/ports.ts'

const clock = { now: () => new Date('2026-03-01T03:00:00Z') }

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
beforeEach(() =>
  queryAs(test.url, 'truncate categories, supplier_offers, sync_runs, cache_tags, price_rules cascade'),
)
afterAll(() => test.drop())

function offer(code: string, changes: Partial<OfferRow> = {}): OfferRow {
  const row = {
    code,
    family: 'Mobile Legends A',
    name: '86 Diamonds',
    cost: 20_000,
    route: '1',
    available: true,
    ...changes,
  }
  return { displayName: `${row.family} - ${row.name}`, ...row }
}

/** A supplier that answers each pull with the next list. */
function supplierWith(...answers: (OfferRow[] | CatalogueFailure)[]) {
  return {
    supplier: 'vip-reseller',
    async fetchOffers(): Promise<Result<OfferRow[], CatalogueFailure>> {
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      return Array.isArray(answer) ? ok(answer) : err(answer ?? { code: 'unreachable', detail: 'no answer' })
    },
    fetchBalance: async () => ok({ balance: 1_000_000, tier: 'basic' }),
  }
}

async function pull(rows: OfferRow[] | CatalogueFailure, dryRun = false): Promise<Run> {
  const result = await syncCatalogue(
    { db: test.db, supplier: supplierWith(rows), clock, reprice: repriceSkus },
    { trigger: 'manual', dryRun },
  )
  if (!result.ok) throw new Error(result.error.code)
  return result.value
}

/** The row versions of everything the catalogue consists of: equal means not one row was written. */
function rowVersions(): Promise<unknown[]> {
  const tables = [
    'categories',
    'products',
    'skus',
    'supplier_offers',
    'sku_prices',
    'cache_tags',
    'price_rules',
  ]
  return queryAs(
    test.url,
    tables
      .map((table) => `select '${table}' as t, xmin::text, ctid::text from ${table}`)
      .join(' union all ') + ' order by 1, 3',
  )
}

const manyOffers = Array.from({ length: 1_200 }, (_, index) =>
  offer(`ML${index}-S1`, { name: `${index + 1} Diamonds`, cost: 1_000 + index }),
)

describe('a first pull', () => {
  it('makes products with input fields, SKUs and prices', async () => {
    const run = await pull([
      offer('ML86-S1'),
      offer('ML86-S2', { cost: 19_000 }),
      offer('FF70-S2', { family: 'Free Fire', name: '70 Diamonds', available: false }),
    ])
    expect(run).toMatchObject({ status: 'succeeded', connection: 'vip-reseller', kind: 'live', errors: [] })
    expect(run.streams).toEqual([
      { stream: 'offers', seen: 3, created: 3, updated: 0, unchanged: 0, rejected: 0, deleted: 0, pages: 1 },
    ])
    const service = await findService({ db: test.db }, 'mobile-legends')
    expect(service?.products).toEqual([
      { sku: 'ML-86', name: '86 Diamonds', price: 20_400, available: true, group: 'Diamonds' },
    ])
    expect(service?.inputFields.map((field) => field.name)).toEqual(['user_id', 'zone_id'])
    expect(service).toMatchObject({
      nicknameCheck: true,
      category: { slug: 'game' },
      deliveryKind: 'SUPPLIER',
    })
    expect((await findService({ db: test.db }, 'free-fire'))?.products[0]).toMatchObject({
      sku: 'FF-70',
      available: false,
    })
    expect(await findRun({ db: test.db }, run.runId)).toEqual(run)
    expect((await listRuns({ db: test.db }, { stream: 'offers' })).runs).toEqual([run])
  })

  it('shows no cost in any answer', async () => {
    await pull(manyOffers.slice(0, 30))
    const json = JSON.stringify(await listServices({ db: test.db }, {}))
    expect(json).not.toMatch(/cost|floor|margin|trace|route/i)
    expect(json).not.toContain('vip-reseller')
  })

  it('keeps going past bad rows and says why', async () => {
    const bad = [
      offer('', {}),
      offer('X1', { cost: 0 }),
      offer('X2', { cost: 10.5 }),
      offer('X3', { name: 'a\0b' }),
      offer('X4', { family: '   ' }),
      offer('ML86-S1', { cost: 5 }),
    ]
    const run = await pull([offer('ML86-S1'), ...bad])
    expect(run.status).toBe('succeeded')
    expect(run.streams[0]).toMatchObject({ seen: 7, created: 1, rejected: 6 })
    expect(run.errors).toContainEqual({
      code: 'row_rejected',
      detail: 'cost is not a whole amount of rupiah',
      record: 'X1',
    })
  })
})

describe('the same pull again', () => {
  it('writes not one row', async () => {
    await pull(manyOffers)
    const before = await rowVersions()
    const run = await pull(manyOffers)
    expect(run.streams[0]).toMatchObject({
      seen: 1_200,
      created: 0,
      updated: 0,
      unchanged: 1_200,
      deleted: 0,
    })
    expect(await rowVersions()).toEqual(before)
  })

  it('writes only what changed', async () => {
    await pull(manyOffers)
    const run = await pull(manyOffers.map((row, index) => (index === 7 ? { ...row, cost: 9_999 } : row)))
    expect(run.streams[0]).toMatchObject({ created: 0, updated: 1, unchanged: 1_199 })
    const touched = await queryAs<{ code: string }>(
      test.url,
      `select o.code from supplier_offers o where o.cost = 9999`,
    )
    expect(touched).toEqual([{ code: 'ML7-S1' }])
  })

  it('lets a price follow the cost without compounding', async () => {
    await pull([offer('ML86-S1')])
    await pull([offer('ML86-S1', { cost: 30_000 })])
    await pull([offer('ML86-S1', { cost: 20_000 })])
    const service = await findService({ db: test.db }, 'mobile-legends')
    expect(service?.products[0]?.price).toBe(21_500)
  })

  it('moves an offer whose code got another meaning, and leaves a chosen SKU alone', async () => {
    await pull([offer('A'), offer('B', { name: '172 Diamonds', cost: 40_000 })])
    await queryAs(
      test.url,
      `update supplier_offers set sku_id = (select id from skus where code = 'ML-172') where code = 'A'`,
    )
    await pull([offer('A', { cost: 20_001 }), offer('B', { name: '172 Diamonds', cost: 40_000 })])
    const sku = (code: string) =>
      queryAs<{ sku: string }>(
        test.url,
        'select s.code as sku from supplier_offers o join skus s on s.id = o.sku_id where o.code = $1',
        [code],
      )
    expect(await sku('A')).toEqual([{ sku: 'ML-172' }])
    await pull([offer('A', { name: '12 Diamonds' }), offer('B', { name: '172 Diamonds', cost: 40_000 })])
    expect(await sku('A')).toEqual([{ sku: 'ML-12' }])
  })

  it('keeps what an operator edited', async () => {
    await pull([offer('ML86-S1')])
    await queryAs(
      test.url,
      `update products set name = 'ML kita', notice = 'Hanya hari ini' where slug = 'mobile-legends'`,
    )
    await setHandPrice({ db: test.db, clock }, 'ML-86', 25_000)
    await pull([offer('ML86-S1', { cost: 21_000 })])
    const service = await findService({ db: test.db }, 'mobile-legends')
    expect(service).toMatchObject({ name: 'ML kita', notice: 'Hanya hari ini' })
    expect(service?.products[0]).toMatchObject({ price: 25_000, available: true })
    await pull([offer('ML86-S1', { cost: 24_900 })])
    expect((await findService({ db: test.db }, 'mobile-legends'))?.products[0]).toMatchObject({
      price: 25_000,
      available: false,
    })
  })
})

describe('offers that go missing', () => {
  const ten = Array.from({ length: 10 }, (_, index) => offer(`C${index}`, { name: `${index + 5} Diamonds` }))

  it('take their SKU off sale and come back', async () => {
    await pull(ten)
    const run = await pull(ten.slice(1))
    expect(run.streams[0]).toMatchObject({ deleted: 1, unchanged: 9 })
    const first = async () => (await findService({ db: test.db }, 'mobile-legends'))?.products[0]
    expect(await first()).toMatchObject({ sku: 'ML-5', available: false })
    expect((await pull(ten)).streams[0]).toMatchObject({ updated: 1, deleted: 0 })
    expect(await first()).toMatchObject({ sku: 'ML-5', available: true })
  })

  it.each([
    ['empty', [] as OfferRow[], 'empty_catalogue'],
    ['unreadable', ten.map((row) => ({ ...row, cost: -1 })), 'all_rejected'],
    ['much shorter', ten.slice(4), 'too_many_missing'],
  ])('are not believed when the list is %s', async (_, list, code) => {
    await pull(ten)
    const before = await rowVersions()
    const run = await pull(list)
    expect(run).toMatchObject({ status: 'refused' })
    expect(run.errors[0]).toMatchObject({ code })
    expect(await rowVersions()).toEqual(before)
  })

  it('are not counted as missing when only their row was garbled', async () => {
    await pull(ten)
    const run = await pull([{ ...offer('C0'), cost: 0 }, ...ten.slice(1)])
    expect(run.streams[0]).toMatchObject({ rejected: 1, deleted: 0, unchanged: 9 })
  })
})

describe('runs', () => {
  it('of an empty supplier of an empty shop succeed', async () => {
    expect(await pull([])).toMatchObject({ status: 'succeeded' })
  })

  it('report a supplier that does not answer', async () => {
    const run = await pull({ code: 'unreachable', detail: 'connection refused' })
    expect(run).toMatchObject({
      status: 'failed',
      errors: [{ code: 'unreachable', detail: 'connection refused' }],
    })
  })

  it('count the same when dry and write nothing but themselves', async () => {
    await pull(manyOffers)
    const before = await rowVersions()
    const next = [
      ...manyOffers.slice(5).map((row, index) => (index < 3 ? { ...row, cost: 77_000 } : row)),
      offer('NEW', { name: '9999 Diamonds' }),
    ]
    const dry = await pull(next, true)
    expect(dry.kind).toBe('dry')
    expect(await rowVersions()).toEqual(before)
    const live = await pull(next)
    expect(live.streams).toEqual(dry.streams)
    expect(dry.streams[0]).toMatchObject({ created: 1, updated: 3, deleted: 5 })
  })

  it('run one at a time, and a dead one is taken over', async () => {
    await queryAs(
      test.url,
      `insert into sync_runs (id, connection, trigger, kind, status, started_at)
      values (gen_random_uuid(), 'vip-reseller', 'cli', 'live', 'running', now() - interval '10 minutes')`,
    )
    const deps = { db: test.db, supplier: supplierWith([offer('A')]), clock, reprice: repriceSkus }
    expect(await syncCatalogue(deps, { trigger: 'cli' })).toEqual({ ok: false, error: { code: 'busy' } })
    await queryAs(test.url, `update sync_runs set started_at = now() - interval '1 hour'`)
    expect(await syncCatalogue(deps, { trigger: 'cli' })).toMatchObject({
      ok: true,
      value: { status: 'succeeded' },
    })
    const closed = await queryAs(test.url, `select status from sync_runs order by started_at`)
    expect(closed).toEqual([{ status: 'failed' }, { status: 'succeeded' }])
  })

  it('write nothing any more after they were taken over', async () => {
    const supplier = supplierWith([offer('A')])
    const stolen = {
      ...supplier,
      async fetchOffers() {
        await queryAs(test.url, `update sync_runs set status = 'failed'`)
        return supplier.fetchOffers()
      },
    }
    const result = await syncCatalogue(
      { db: test.db, supplier: stolen, clock, reprice: repriceSkus },
      { trigger: 'cli' },
    )
    expect(result).toMatchObject({ ok: true, value: { status: 'failed', errors: [{ code: 'taken_over' }] } })
    expect(await queryAs(test.url, 'select 1 from supplier_offers')).toEqual([])
  })

  it('leave every batch whole when recalculation breaks', async () => {
    const broken = async () => {
      throw new Error('no prices today')
    }
    const deps = { db: test.db, supplier: supplierWith([offer('A')]), clock, reprice: broken }
    await expect(syncCatalogue(deps, { trigger: 'cli' })).rejects.toThrow('no prices today')
    expect(await queryAs(test.url, 'select 1 from supplier_offers')).toEqual([])
    expect(await queryAs(test.url, `select status from sync_runs`)).toEqual([{ status: 'failed' }])
    expect((await pull([offer('A')])).streams[0]).toMatchObject({ created: 1 })
  })
})
