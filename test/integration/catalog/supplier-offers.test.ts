import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  exportOffers,
  findService,
  followAvailability,
  listServices,
  SUPPLIER_PULL_MINUTES,
} from '../../../src/catalog/index.ts'
import { repriceSkus, setHandPrice } from '../../../src/pricing/index.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { offerRow as offer, pullOffers, type Pulled, type PullOptions } from './pull-offers.ts'

const clock = { now: () => new Date('2026-03-01T03:00:00Z') }

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
beforeEach(() =>
  queryAs(
    test.url,
    'truncate categories, supplier_offers, sync_runs, sync_records, cache_tags, price_rules, price_changes cascade',
  ),
)
afterAll(() => test.drop())

function pull(rows: Parameters<typeof pullOffers>[1], options?: PullOptions): Promise<Pulled> {
  return pullOffers(test.db, rows, options)
}

/** The row versions of everything the catalogue consists of: equal means not one row was written. */
function rowVersions(): Promise<unknown[]> {
  const tables = [
    'categories',
    'products',
    'skus',
    'supplier_offers',
    'sku_prices',
    'offer_costs',
    'price_changes',
    'sync_records',
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
    expect(run).toMatchObject({ created: 3, updated: 0, unchanged: 0, rejected: [], deleted: 0 })
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
      offer('X5', { garbled: { fault: 'no price', raw: {} } }),
      offer('X6', { cutOff: { start: 0, end: 1_440 } }),
    ]
    const run = await pull([offer('ML86-S1'), ...bad])
    expect(run.created).toBe(1)
    expect(run.rejected.map(({ externalId, detail }) => [externalId, detail])).toEqual([
      [undefined, 'code is missing or unreadable'],
      ['X1', 'cost is not a whole amount of rupiah'],
      ['X2', 'cost is not a whole amount of rupiah'],
      ['X3', 'name is missing or unreadable'],
      ['X4', 'family is missing or unreadable'],
      ['X5', 'no price'],
      ['X6', 'cut-off is not a time of day'],
    ])
  })
})

describe('the same pull again', () => {
  it('writes not one row', async () => {
    await pull(manyOffers)
    const before = await rowVersions()
    const run = await pull(manyOffers)
    expect(run).toMatchObject({ created: 0, updated: 0, unchanged: 1_200, deleted: 0 })
    expect(await rowVersions()).toEqual(before)
  })

  it('writes only what changed', async () => {
    await pull(manyOffers)
    const run = await pull(manyOffers.map((row, index) => (index === 7 ? { ...row, cost: 9_999 } : row)))
    expect(run).toMatchObject({ created: 0, updated: 1, unchanged: 1_199 })
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
    expect(run).toMatchObject({ deleted: 1, unchanged: 9 })
    const first = async () => (await findService({ db: test.db }, 'mobile-legends'))?.products[0]
    expect(await first()).toMatchObject({ sku: 'ML-5', available: false })
    expect(await pull(ten)).toMatchObject({ updated: 1, deleted: 0 })
    expect(await first()).toMatchObject({ sku: 'ML-5', available: true })
  })

  it('are not counted as missing when only their row was garbled', async () => {
    await pull(ten)
    const run = await pull([{ ...offer('C0'), cost: 0 }, ...ten.slice(1)])
    expect(run).toMatchObject({ deleted: 0, unchanged: 9 })
  })
})

describe('offers of an older version of the shop', () => {
  const rows = Array.from({ length: 5 }, (_, index) => offer(`C${index}`, { name: `${index + 5} Diamonds` }))

  it('are found again without a fingerprint, and only the ones that differ are written', async () => {
    await pull(rows)
    await queryAs(test.url, 'update sync_records set content_hash = null')
    const versions = () =>
      queryAs(test.url, 'select code, xmin::text from supplier_offers where code <> $1 order by code', ['C3'])
    const before = await versions()
    const run = await pull(rows.map((row) => (row.code === 'C3' ? { ...row, cost: 30_000 } : row)))
    expect(run).toMatchObject({ created: 0, updated: 5 })
    expect(await versions()).toEqual(before)
    expect(await queryAs(test.url, `select cost from supplier_offers where code = 'C3'`)).toEqual([
      { cost: '30000' },
    ])
  })

  it('are set right where older code changed the sale alone', async () => {
    await pull(rows)
    await queryAs(test.url, 'update sync_records set content_hash = null')
    await queryAs(test.url, `update supplier_offers set available = false where code = 'C1'`)
    await pull(rows)
    expect(await queryAs(test.url, 'select 1 from supplier_offers where not available')).toEqual([])
  })

  it('give their code away when the engine does not know them', async () => {
    await pull(rows)
    await queryAs(test.url, `delete from sync_records where external_id = 'C0'`)
    expect(await pull(rows)).toMatchObject({ created: 1, unchanged: 4 })
    const found = await queryAs(
      test.url,
      `select left(code, 2) as code, available from supplier_offers where code like 'C0%' order by length(code)`,
    )
    expect(found).toEqual([
      { code: 'C0', available: true },
      { code: 'C0', available: false },
    ])
    expect(await pull(rows)).toMatchObject({ unchanged: 5 })
  })
})

describe('the same denomination of two suppliers', () => {
  const digiflazz = { supplier: 'digiflazz', orderable: false }
  const row = offer('ml86', { family: 'MOBILE LEGENDS', name: 'MOBILE LEGENDS 86 Diamond', cost: 10_000 })
  const first = async () => (await findService({ db: test.db }, 'mobile-legends'))?.products[0]

  it('is one SKU, sold and priced by suppliers that take orders only', async () => {
    await pull([row], digiflazz)
    expect(await findService({ db: test.db }, 'mobile-legends')).toBeUndefined()
    await pull([offer('ML86-S1')])
    expect(await first()).toEqual({
      sku: 'ML-86',
      name: '86 Diamonds',
      price: 21_500,
      available: true,
      group: 'Diamonds',
    })
    await pull([offer('ML86-S1', { available: false })])
    expect(await first()).toMatchObject({ price: 21_500, available: false })
  })

  it('follows the cheaper one as soon as its supplier takes orders', async () => {
    await pull([row], digiflazz)
    await pull([offer('ML86-S1')])
    expect(await pull([row], { ...digiflazz, orderable: true })).toMatchObject({ updated: 1 })
    expect(await first()).toMatchObject({ price: 10_900, available: true })
    await pull([offer('ML86-S1', { available: false })])
    expect(await first()).toMatchObject({ price: 10_900, available: true })
  })
})

describe('the clock', () => {
  const START = new Date('2026-03-01T03:00:00Z').getTime()
  const at = (minutes: number) => new Date(START + minutes * 60_000)
  const sweep = (minutes: number, suppliers = ['vip-reseller']) =>
    followAvailability({
      db: test.db,
      clock: { now: () => at(minutes) },
      reprice: repriceSkus,
      suppliers: new Map(suppliers.map((id) => [id, true])),
    })
  const isSold = async () => (await findService({ db: test.db }, 'mobile-legends'))?.products[0]?.available

  it('lets an offer that changed with every pull return when a second pull has seen it', async () => {
    for (const count of [0, 1, 2, 3, 4, 5, 6]) {
      const now = at(count * SUPPLIER_PULL_MINUTES)
      await pull([offer('ML86-S1', { available: count % 2 === 0 })], { now })
      expect(await isSold()).toBe(count % 2 === 0 && count < 6)
    }
    expect(await pull([offer('ML86-S1')], { now: at(210) })).toMatchObject({ unchanged: 1 })
    expect(await sweep(224)).toEqual({ changed: 0 })
    expect(await sweep(225)).toEqual({ changed: 1 })
    expect(await isSold()).toBe(true)
    expect(await sweep(226)).toEqual({ changed: 0 })
  })

  it('takes the offers of a supplier that left off sale and back when it returns, and no pull disagrees', async () => {
    await pull([offer('ML86-S1')], { now: at(0) })
    const version = async () => (await queryAs(test.url, 'select version from cache_tags'))[0]
    const fingerprints = () => queryAs(test.url, 'select xmin::text, content_hash from sync_records')
    const [shown, known] = [await version(), await fingerprints()]
    expect(await sweep(1, ['digiflazz'])).toEqual({ changed: 1 })
    expect(await isSold()).toBe(false)
    expect(await version()).not.toEqual(shown)
    const gone = await rowVersions()
    expect(await sweep(2, ['digiflazz'])).toEqual({ changed: 0 })
    expect(await rowVersions()).toEqual(gone)
    expect(await sweep(3)).toEqual({ changed: 1 })
    expect(await isSold()).toBe(true)
    const back = await rowVersions()
    expect(await pull([offer('ML86-S1')])).toMatchObject({ unchanged: 1 })
    expect(await sweep(4)).toEqual({ changed: 0 })
    expect(await rowVersions()).toEqual(back)
    expect(await fingerprints()).toEqual(known)
  })

  it('prices by what can still be ordered', async () => {
    await pull([offer('ML86-S1', { cost: 30_000 })])
    await pull(
      [offer('ml86', { family: 'MOBILE LEGENDS', name: 'MOBILE LEGENDS 86 Diamond', cost: 10_000 })],
      {
        supplier: 'digiflazz',
      },
    )
    const first = async () => (await findService({ db: test.db }, 'mobile-legends'))?.products[0]
    expect(await first()).toMatchObject({ price: 10_900, available: true })
    await sweep(1)
    expect(await first()).toMatchObject({ price: 32_100, available: true })
    await sweep(2, ['vip-reseller', 'digiflazz'])
    expect(await first()).toMatchObject({ price: 10_900, available: true })
  })

  it('closes and opens cut-off windows, and the price follows the offer that is left', async () => {
    const cutOff = { start: 10 * 60 + 30, end: 11 * 60 }
    await pull([offer('ML86-S1', { cutOff }), offer('ML86-S2', { cost: 30_000 })], { now: at(0) })
    const price = async () => (await findService({ db: test.db }, 'mobile-legends'))?.products[0]?.price
    expect(await price()).toBe(21_500)
    expect(await sweep(29)).toEqual({ changed: 0 })
    expect(await sweep(30)).toEqual({ changed: 1 })
    expect(await price()).toBe(32_100)
    expect(await sweep(60)).toEqual({ changed: 1 })
    expect(await price()).toBe(21_500)
    const changes = await queryAs(test.url, 'select cause, run_id from price_changes')
    expect(changes).toEqual([
      { cause: 'clock', run_id: null },
      { cause: 'clock', run_id: null },
    ])
  })
})

describe('what an offer cost', () => {
  it('is appended only when the cost changes', async () => {
    await pull([offer('A')])
    await pull([offer('A', { available: false })])
    const run = await pull([offer('A', { cost: 21_000 })])
    const costs = await queryAs(test.url, 'select cost, run_id from offer_costs order by valid_from')
    expect(costs).toMatchObject([{ cost: '20000' }, { cost: '21000', run_id: run.runId }])
  })
})

it('exports every offer once, over pages', async () => {
  await pull(manyOffers)
  await pull([offer('ml86', { cutOff: { start: 1_425, end: 15 } })], {
    supplier: 'digiflazz',
    orderable: false,
  })
  const rows: Record<string, unknown>[] = []
  for await (const row of exportOffers(test.db)) rows.push(row)
  expect(rows).toHaveLength(1_201)
  expect(rows[0]).toMatchObject({
    supplier: 'digiflazz',
    code: 'ml86',
    sku: 'ML-86',
    orderable: false,
    cut_off_start: 1_425,
  })
  expect(new Set(rows.map((row) => row['code'])).size).toBe(1_201)
})

describe('a pull that breaks', () => {
  it('leaves nothing behind', async () => {
    const reprice = async () => {
      throw new Error('no prices today')
    }
    await expect(pull([offer('A')], { reprice })).rejects.toThrow('no prices today')
    expect(await queryAs(test.url, 'select 1 from supplier_offers')).toEqual([])
    expect(await pull([offer('A')])).toMatchObject({ created: 1 })
  })

  it.each([
    ['unreachable', 'transient'],
    ['refused', 'account'],
    ['malformed', 'malformed'],
  ] as const)('tells the engine what %s means', async (code, expected) => {
    await expect(pull({ code, detail: 'x' })).rejects.toThrow(expected)
  })

  it('tells the engine when to ask again', async () => {
    await expect(pull({ code: 'throttled', detail: 'x', retryAfterMs: 300_000 })).rejects.toThrow('throttled')
  })
})
