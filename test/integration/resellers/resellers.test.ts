import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listFeedProducts } from '../../../src/catalog/index.ts'
import { systemClock } from '../../../src/platform/clock.ts'
import { newId } from '../../../src/platform/ids.ts'
import {
  exportCustomPrices,
  exportResellers,
  listResellers,
  removeCustomPrice,
  setCustomPrice,
} from '../../../src/resellers/index.ts'
import { setFieldLock } from '../../../src/sync/index.ts'
import { startFeedStage, type FeedStage } from '../../support/feed-stage.ts'

let stage: FeedStage

beforeAll(async () => {
  stage = await startFeedStage()
  await stage.run('full', ['resellers', 'products'])
}, 60_000)
afterAll(() => stage.stop())

const list = (query: { limit?: number; cursor?: string } = { limit: 100 }) =>
  listResellers({ db: stage.database.db, blobs: stage.blobs }, query)
const reseller = async (externalId: string) => {
  const found = (await list()).resellers.find((candidate) => candidate.externalId === externalId)
  if (found === undefined) throw new Error(`no ${externalId}`)
  return found
}
const deps = () => ({ db: stage.database.db, clock: systemClock })
const resellers = () => stage.run('full', ['resellers'])

async function collect<Row>(rows: AsyncIterable<Row>): Promise<Row[]> {
  const all: Row[] = []
  for await (const row of rows) all.push(row)
  return all
}

describe('resellers of the feed', () => {
  test('are all there, by keyset', async () => {
    const first = await list({ limit: 20 })
    const second = await list({ limit: 20, cursor: first.nextCursor ?? '' })
    const ids = [...first.resellers, ...second.resellers].map((row) => row.externalId)
    expect([new Set(ids).size, second.nextCursor]).toEqual([24, null])
    expect(await reseller('R0000002')).toMatchObject({ uplineExternalId: 'R0000001', active: true })
    expect((await reseller('R0000020')).active).toBe(false)
    expect(await collect(exportResellers(stage.database.db))).toHaveLength(24)
  })

  test('two of them may share a number', async () => {
    expect((await reseller('R0000008')).phone).toBe((await reseller('R0000007')).phone)
  })

  test('who is gone is out of use with her prices kept, and back under the same id', async () => {
    const before = await reseller('R0000003')
    await stage.sandbox.control('delete', { ids: ['R0000003'] })
    expect((await resellers()).streams[0]).toMatchObject({ deleted: 1 })
    expect(await reseller('R0000003')).toMatchObject({ id: before.id, active: false })
    await stage.sandbox.control('restore', { ids: ['R0000003'] })
    await resellers()
    expect(await reseller('R0000003')).toMatchObject({ id: before.id, active: true })
  })

  test('a locked field keeps what the operator said', async () => {
    const lock = { connection: 'feed', stream: 'resellers', externalId: 'R0000004', field: 'phone' }
    expect((await setFieldLock(stage.deps, lock, true, 'ani')).ok).toBe(true)
    const before = await reseller('R0000004')
    await stage.sandbox.control('mutate', { ids: ['R0000004'] })
    await resellers()
    const after = await reseller('R0000004')
    expect(after.phone).toBe(before.phone)
    expect(after.level).not.toBe(before.level)
  })

  test('no bank data, address or e-mail is anywhere in the database, refused records included', async () => {
    await stage.sandbox.control('config', { badRows: 'one', unknownFields: true })
    expect((await resellers()).streams[0]).toMatchObject({ rejected: 1 })
    await stage.sandbox.control('config', { badRows: 'none', unknownFields: false })
    expect(await stage.query('select 1 from sync_dead_letters')).toHaveLength(1)
    const tables = await stage.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    const found: string[] = []
    for (const { name } of tables) {
      const rows = await stage.query(
        `select 1 from ${name} as t where t::text ~ '70000000[0-2][0-9]|Bank (Contoh|Misal|Andai)|contoh\\.test|Jalan Melati|Kecamatan'`,
      )
      if (rows.length > 0) found.push(name)
    }
    expect(tables.length).toBeGreaterThan(20)
    expect(found).toEqual([])
  })
})

describe('custom prices', () => {
  const pair = async () => {
    const { products } = await listFeedProducts({ db: stage.database.db, blobs: stage.blobs }, { limit: 1 })
    return { resellerId: (await reseller('R0000001')).id, productId: products[0]?.id ?? '', by: 'ani' }
  }

  test('one per reseller and product, replaced, removed and set again, with who did it', async () => {
    const wish = await pair()
    expect(await setCustomPrice(deps(), { ...wish, price: 50_000 })).toEqual({
      ok: true,
      value: { price: 50_000 },
    })
    await setCustomPrice(deps(), { ...wish, price: 48_000, by: 'budi' })
    const { productId } = wish
    expect((await reseller('R0000001')).customPrices).toEqual([{ productId, price: 48_000 }])
    expect(await stage.query('select created_by, updated_by, removed_at from custom_prices')).toEqual([
      { created_by: 'ani', updated_by: 'budi', removed_at: null },
    ])
    expect(await collect(exportCustomPrices(stage.database.db))).toMatchObject([
      { reseller_external_id: 'R0000001', product_id: productId, price: 48_000, updated_by: 'budi' },
    ])
    expect(await removeCustomPrice(deps(), wish)).toEqual({ ok: true, value: undefined })
    expect(await removeCustomPrice(deps(), wish)).toEqual({ ok: false, error: { code: 'not_found' } })
    expect((await reseller('R0000001')).customPrices).toEqual([])
    expect(await collect(exportCustomPrices(stage.database.db))).toEqual([])
    await setCustomPrice(deps(), { ...wish, price: 47_000 })
    expect((await reseller('R0000001')).customPrices).toEqual([{ productId, price: 47_000 }])
    expect(await stage.query('select 1 from custom_prices')).toHaveLength(1)
  })

  test.each([0, -1, 1.5, Number.NaN, 10_000_000_001])('%d is no price', async (price) => {
    const refused = { ok: false, error: { code: 'price_invalid' } }
    expect(await setCustomPrice(deps(), { ...(await pair()), price })).toEqual(refused)
  })

  test('both sides must exist, and somebody must have done it', async () => {
    const wish = { ...(await pair()), price: 1_000 }
    const code = async (change: Partial<typeof wish>) => {
      const outcome = await setCustomPrice(deps(), { ...wish, ...change })
      return outcome.ok ? 'ok' : outcome.error.code
    }
    expect(await code({ resellerId: newId() })).toBe('reseller_unknown')
    expect(await code({ resellerId: 'R0000001' })).toBe('reseller_unknown')
    expect(await code({ productId: newId() })).toBe('product_unknown')
    expect(await code({ by: ' ' })).toBe('actor_missing')
  })

  test('they hold on to both sides', async () => {
    const wish = await pair()
    await setCustomPrice(deps(), { ...wish, price: 1_000 })
    await expect(stage.query('delete from resellers where id = $1', [wish.resellerId])).rejects.toThrow(
      'custom_prices_reseller',
    )
    await expect(stage.query('delete from feed_products where id = $1', [wish.productId])).rejects.toThrow(
      'custom_prices_product',
    )
  })
})
