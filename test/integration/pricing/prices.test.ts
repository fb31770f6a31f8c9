import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explainPrice, setHandPrice, setPriceRule } from '../../../src/pricing/index.ts'
import { offerRow, pullOffers } from '../catalog/pull-offers.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

const clock = { now: () => new Date('2026-03-01T03:00:00Z') }
const RULE = { marginBps: 1_000, marginFixed: 0, roundTo: 500, marginFloor: 100 }
let test: TestDatabase
let deps: { db: TestDatabase['db']; clock: typeof clock }

beforeAll(async () => {
  test = await createTestDatabase()
  deps = { db: test.db, clock }
  await pull(20_000)
})
afterAll(() => test.drop())

async function pull(cost: number, available = true): Promise<void> {
  await pullOffers(test.db, [offerRow('S1', { cost, available }), offerRow('S2', { cost: cost + 900 })])
}

async function idOf(table: string, column: string, value: string): Promise<string> {
  const [row] = await queryAs<{ id: string }>(test.url, `select id from ${table} where ${column} = $1`, [
    value,
  ])
  return row?.id ?? ''
}

describe('the price of a SKU', () => {
  it('explains itself', async () => {
    expect(await explainPrice(test.db, 'ML-86')).toMatchObject({
      retail: 21_500,
      cost: 20_000,
      floor: 20_200,
      sellable: true,
      handSet: false,
      rule: 'default',
      trace: [
        { step: 'cost', amount: 20_000 },
        { step: 'margin', amount: 21_200 },
        { step: 'fixed', amount: 21_450 },
        { step: 'round', amount: 21_500 },
      ],
    })
    expect(await explainPrice(test.db, 'NOPE')).toBeUndefined()
  })

  it('follows the cheapest offer that is available', async () => {
    await pull(20_000, false)
    expect(await explainPrice(test.db, 'ML-86')).toMatchObject({ cost: 20_900 })
    await pull(20_000)
    expect(await explainPrice(test.db, 'ML-86')).toMatchObject({ cost: 20_000 })
  })

  it('takes the narrowest rule, and the same rule twice changes nothing', async () => {
    expect(await setPriceRule(deps, { scope: 'shop' }, RULE)).toEqual({ ok: true, value: { changed: 1 } })
    expect(await setPriceRule(deps, { scope: 'shop' }, RULE)).toEqual({ ok: true, value: { changed: 0 } })
    const steps = [
      ['category', await idOf('categories', 'slug', 'game'), 2_000, 24_000],
      ['product', await idOf('products', 'slug', 'mobile-legends'), 3_000, 26_000],
      ['sku', await idOf('skus', 'code', 'ML-86'), 500, 21_000],
      ['category', await idOf('categories', 'slug', 'game'), 9_000, 21_000],
    ] as const
    for (const [scope, id, marginBps, retail] of steps) {
      await setPriceRule(deps, { scope, id }, { ...RULE, marginBps })
      expect(await explainPrice(test.db, 'ML-86')).toMatchObject({ retail })
    }
    expect(await explainPrice(test.db, 'ML-86')).toMatchObject({ rule: 'sku' })
  })

  it('refuses rules that are slips', async () => {
    for (const slip of [
      { marginBps: -1 },
      { marginBps: 1.5 },
      { marginBps: 200_000 },
      { roundTo: 0 },
      { marginFloor: Number.NaN },
    ]) {
      expect(await setPriceRule(deps, { scope: 'shop' }, { ...RULE, ...slip })).toEqual({
        ok: false,
        error: { code: 'rule_invalid' },
      })
    }
  })

  it('can be set by hand, is kept below a risen floor but not sold, and given back', async () => {
    expect(await setHandPrice(deps, 'ML-86', 20_050)).toEqual({
      ok: false,
      error: { code: 'below_floor', floor: 20_100 },
    })
    expect(await setHandPrice(deps, 'NOPE', 20_050)).toEqual({ ok: false, error: { code: 'sku_unknown' } })
    expect(await setHandPrice(deps, 'ML-86', 0)).toEqual({ ok: false, error: { code: 'price_invalid' } })
    expect(await setHandPrice(deps, 'ML-86', 22_000)).toEqual({ ok: true, value: { retail: 22_000 } })
    await pull(23_000)
    expect(await explainPrice(test.db, 'ML-86')).toMatchObject({
      retail: 22_000,
      handSet: true,
      sellable: false,
      floor: 23_100,
    })
    await pull(20_000)
    expect(await explainPrice(test.db, 'ML-86')).toMatchObject({ retail: 22_000, sellable: true })
    expect(await setHandPrice(deps, 'ML-86', null)).toEqual({ ok: true, value: { retail: 21_000 } })
  })

  it('hides cost, floor and trace from visitors', async () => {
    for (const column of ['cost', 'floor', 'trace', 'rule_id']) {
      const reading = test.db.once('test.peek', { role: 'web' }, { text: `select ${column} from sku_prices` })
      await expect(reading).rejects.toThrow('permission denied')
    }
    await expect(
      test.db.once('test.peek', { role: 'web' }, { text: 'select cost from supplier_offers' }),
    ).rejects.toThrow('permission denied')
  })
})
