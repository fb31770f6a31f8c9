import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../../../src/platform/ids.ts'
import {
  DEFAULT_SHOP_RULE,
  explainPrice,
  exportPrices,
  listPriceChanges,
  previewRepricing,
  priceFromCost,
  revertPriceChange,
  setHandPrice,
  setPriceRule,
} from '../../../src/pricing/index.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { offerRow, pullOffers } from '../catalog/pull-offers.ts'

const clock = { now: () => new Date('2026-03-01T03:00:00Z') }
const RULE = { marginBps: 1_000, marginFixed: 0, roundTo: 500, marginFloor: 100 }
let test: TestDatabase
let deps: { db: TestDatabase['db']; clock: typeof clock }

beforeAll(async () => {
  test = await createTestDatabase()
  deps = { db: test.db, clock }
})
beforeEach(() =>
  queryAs(
    test.url,
    'truncate categories, supplier_offers, sync_records, cache_tags, price_rules, price_changes cascade',
  ),
)
afterAll(() => test.drop())

/** Two offers of one SKU and one of another. */
function pull(cost: number, other = 50_000) {
  return pullOffers(test.db, [
    offerRow('S1', { cost }),
    offerRow('S2', { cost: cost + 900 }),
    offerRow('S3', { name: '172 Diamonds', cost: other }),
  ])
}

const retail = async (sku = 'ML-86') => (await explainPrice(test.db, sku))?.retail
const changes = async (query = {}) => (await listPriceChanges(test.db, query)).changes

describe('prices after any sequence of pulls', () => {
  it('follow from the last cost alone', async () => {
    const cost = fc.integer({ min: 1, max: 1_000_000 })
    await fc.assert(
      fc.asyncProperty(fc.array(cost, { minLength: 1, maxLength: 6 }), async (costs) => {
        for (const amount of costs) await pull(amount)
        expect(await retail()).toBe(priceFromCost(costs.at(-1) ?? 0, DEFAULT_SHOP_RULE).retail)
      }),
      { numRuns: 15 },
    )
  })

  it('stay as they are when nothing changed, and leave no trace', async () => {
    await pull(20_000)
    await pull(30_000)
    const before = await changes()
    await pull(30_000)
    expect(await changes()).toEqual(before)
  })

  it('never overwrite what was set by hand', async () => {
    const cost = fc.integer({ min: 1_000, max: 1_000_000 })
    await pull(20_000)
    await setHandPrice(deps, 'ML-86', 33_333)
    await fc.assert(
      fc.asyncProperty(cost, async (amount) => {
        await pull(amount)
        expect(await retail()).toBe(33_333)
      }),
      { numRuns: 10 },
    )
  })
})

describe('a change-set', () => {
  it('holds what a run changed, with costs, and no first prices', async () => {
    await pull(20_000)
    expect(await changes()).toEqual([])
    const run = await pull(30_000, 60_000)
    const listed = await changes({ runId: run.runId })
    expect(new Set(listed.map(({ sku, oldRetail, newRetail }) => [sku, oldRetail, newRetail]))).toEqual(
      new Set([
        ['ML-172', 53_300, 63_900],
        ['ML-86', 21_500, 32_100],
      ]),
    )
    expect(listed.find((change) => change.sku === 'ML-86')).toMatchObject({
      changeSet: run.runId,
      cause: 'run',
      runId: run.runId,
      oldCost: 20_000,
      newCost: 30_000,
    })
  })

  it('pages newest first, and can be asked for by SKU', async () => {
    for (const cost of [20_000, 30_000, 40_000, 50_000]) await pull(cost)
    const first = await listPriceChanges(test.db, { limit: 2 })
    const second = await listPriceChanges(test.db, { limit: 2, cursor: first.nextCursor ?? '' })
    expect(first.changes.map((change) => change.newCost)).toEqual([50_000, 40_000])
    expect(second).toMatchObject({ changes: [{ newCost: 30_000 }], nextCursor: null })
    expect(await changes({ sku: 'ML-172' })).toEqual([])
    expect(await changes({ runId: 'x' })).toEqual([])
  })

  it('of a rule or a hand says so', async () => {
    await pull(20_000)
    await setPriceRule(deps, { scope: 'shop' }, RULE)
    await setHandPrice(deps, 'ML-86', 25_000)
    const causes = (await changes({ sku: 'ML-86' })).map(({ cause, oldRetail, newRetail }) => [
      cause,
      oldRetail,
      newRetail,
    ])
    expect(causes).toEqual([
      ['hand', 22_000, 25_000],
      ['rule', 21_500, 22_000],
    ])
  })
})

describe('taking a change back', () => {
  it('puts the earlier price back by hand, so that runs leave it alone', async () => {
    await pull(20_000)
    await pull(21_000)
    const [change] = await changes()
    expect(await revertPriceChange(deps, change?.id ?? '')).toEqual({
      ok: true,
      value: { sku: 'ML-86', retail: 21_500 },
    })
    expect(await explainPrice(test.db, 'ML-86')).toMatchObject({ retail: 21_500, handSet: true })
    expect(await changes()).toMatchObject([{ cause: 'revert', newRetail: 21_500 }, { cause: 'run' }])
    expect(await revertPriceChange(deps, change?.id ?? '')).toMatchObject({ ok: true })
    expect(await changes()).toHaveLength(2)
    await pull(20_500)
    expect(await retail()).toBe(21_500)
    await setHandPrice(deps, 'ML-86', null)
    expect(await retail()).toBe(22_000)
  })

  it('is refused below the floor, and for changes that are unknown', async () => {
    await pull(20_000)
    await pull(30_000)
    const [change] = await changes()
    expect(await revertPriceChange(deps, change?.id ?? '')).toEqual({
      ok: false,
      error: { code: 'below_floor', floor: 30_200 },
    })
    expect(await retail()).toBe(32_100)
    for (const id of ['x', newId()]) {
      expect(await revertPriceChange(deps, id)).toEqual({ ok: false, error: { code: 'change_unknown' } })
    }
  })
})

describe('a preview', () => {
  it('of a rule says what setting it then does, and writes nothing', async () => {
    await pull(20_000)
    const versions = () => queryAs(test.url, 'select xmin::text from sku_prices order by sku_id')
    const before = await versions()
    const preview = await previewRepricing(test.db, { kind: 'rule', target: { scope: 'shop' }, rule: RULE })
    expect(await versions()).toEqual(before)
    expect(await queryAs(test.url, 'select 1 from price_rules')).toEqual([])
    if (!preview.ok) throw new Error(preview.error.code)
    await setPriceRule(deps, { scope: 'shop' }, RULE)
    const stored = await queryAs(
      test.url,
      'select s.code as sku, r.retail::int from sku_prices r join skus s on s.id = r.sku_id order by s.code',
    )
    expect(preview.value.map(({ sku, newRetail }) => ({ sku, retail: newRetail }))).toEqual(stored)
    expect(await previewRepricing(test.db, { kind: 'rule', target: { scope: 'shop' }, rule: RULE })).toEqual({
      ok: true,
      value: [],
    })
  })

  it('of a wide rule leaves SKUs with a narrower one alone', async () => {
    await pull(20_000)
    const [sku] = await queryAs<{ id: string }>(test.url, `select id from skus where code = 'ML-86'`)
    await setPriceRule(deps, { scope: 'sku', id: sku?.id ?? '' }, RULE)
    const rule = { ...RULE, marginBps: 5_000 }
    const preview = await previewRepricing(test.db, { kind: 'rule', target: { scope: 'shop' }, rule })
    expect(preview).toMatchObject({ ok: true, value: [{ newRetail: 75_000 }] })
  })

  it('of costs shows hand-set prices that would stop selling', async () => {
    await pull(20_000)
    await setHandPrice(deps, 'ML-172', 55_000)
    const costs = new Map([
      ['ML-86', 25_000],
      ['ML-172', 56_000],
      ['NOPE', 1],
    ])
    const preview = await previewRepricing(test.db, { kind: 'costs', costs })
    if (!preview.ok) throw new Error(preview.error.code)
    const seen = preview.value.map(({ oldCost, newCost, oldRetail, newRetail, handSet, sellable }) => [
      [oldCost, newCost],
      [oldRetail, newRetail],
      handSet,
      sellable,
    ])
    expect(new Set(seen)).toEqual(
      new Set([
        [[20_000, 25_000], [21_500, 26_800], false, true],
        [[50_000, 56_000], [55_000, 55_000], true, false],
      ]),
    )
    expect(await retail()).toBe(21_500)
  })

  it('refuses slips', async () => {
    const rule = { ...RULE, roundTo: 0 }
    expect(await previewRepricing(test.db, { kind: 'rule', target: { scope: 'shop' }, rule })).toEqual({
      ok: false,
      error: { code: 'rule_invalid' },
    })
    expect(await previewRepricing(test.db, { kind: 'costs', costs: new Map([['ML-86', 0.5]]) })).toEqual({
      ok: false,
      error: { code: 'cost_invalid' },
    })
  })
})

it('exports every price once', async () => {
  await pull(20_000)
  const rows: Record<string, unknown>[] = []
  for await (const row of exportPrices(test.db)) rows.push(row)
  expect(rows).toEqual([
    expect.objectContaining({ sku: 'ML-172', retail: 53_300, rule: 'default' }),
    expect.objectContaining({ sku: 'ML-86', product: 'mobile-legends', retail: 21_500, cost: 20_000 }),
  ])
})

it('exports the rule that an explanation names, none for a price that nothing calculated', async () => {
  await pull(20_000)
  await queryAs(
    test.url,
    `update sku_prices set cost = null, hand_set = true
    where sku_id = (select id from skus where code = 'ML-86')`,
  )
  const rules: unknown[] = []
  const explained: unknown[] = []
  for await (const { sku, rule } of exportPrices(test.db)) {
    rules.push(rule)
    explained.push((await explainPrice(test.db, String(sku)))?.rule)
  }
  expect(rules).toEqual(['default', null])
  expect(explained).toEqual(rules)
})
