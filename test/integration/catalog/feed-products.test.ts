import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportFeedProducts, listFeedProducts } from '../../../src/catalog/index.ts'
import { setFieldLock } from '../../../src/sync/index.ts'
import type { FeedProductView } from '../../../src/catalog/feed-view.ts'
import type { RunDetail } from '../../../src/sync/run-view.ts'
import { startFeedStage, type FeedStage } from '../../support/feed-stage.ts'

/** Less than there is, so that lists have several pages. */
const PAGE = 50

let stage: FeedStage
let firstRun: RunDetail

beforeAll(async () => {
  stage = await startFeedStage()
  firstRun = await products()
}, 60_000)
afterAll(() => stage.stop())

const list = (query: { limit?: number; cursor?: string } = {}) =>
  listFeedProducts({ db: stage.database.db, blobs: stage.blobs }, query)
async function listAll(): Promise<FeedProductView[]> {
  const all: FeedProductView[] = []
  for (let cursor: string | undefined; ;) {
    const page = await list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    all.push(...page.products)
    if (page.nextCursor === null) return all
    cursor = page.nextCursor
  }
}

const product = async (externalId: string) => {
  const found = (await listAll()).find((candidate) => candidate.externalId === externalId)
  if (found === undefined) throw new Error(`no ${externalId}`)
  return found
}
const products = (mode: 'full' | 'changes' = 'full') => stage.run(mode, ['products'])
const counts = async (mode: 'full' | 'changes' = 'full') => {
  const run = await products(mode)
  expect(run.status).toBe('succeeded')
  const { seen, created, updated, unchanged, deleted } = run.streams[0] ?? {}
  return { seen, created, updated, unchanged, deleted }
}

describe('products of the feed', () => {
  test('arrive once; a second run writes no row', async () => {
    expect(firstRun.streams[0]).toMatchObject({ seen: 120, created: 120 })
    const versions = () => stage.query('select xmin, ctid, id from feed_products order by id')
    const before = await versions()
    expect(await counts()).toMatchObject({ seen: 120, created: 0, updated: 0, unchanged: 120 })
    expect(await versions()).toEqual(before)
  })

  test('are listed by keyset, each once', async () => {
    const seen = (await listAll()).map((row) => row.externalId)
    expect([seen.length, new Set(seen).size]).toEqual([120, 120])
    expect((await list({ cursor: 'none of ours' })).products).toHaveLength(20)
    expect(await product('P0000002')).toMatchObject({
      slug: 'produk-2',
      registrationNumber: expect.stringMatching(/^NA18/),
      prices: { general: expect.any(Number), director: expect.any(Number) },
      active: true,
    })
    // Without a slug of its own it follows from the name.
    expect((await product('P0000001')).slug).toMatch(/^[a-z0-9-]+$/)
  })

  test('are exported as flat rows', async () => {
    const rows = []
    for await (const row of exportFeedProducts(stage.database.db)) rows.push(row)
    expect(rows).toHaveLength(120)
    expect(rows.find((row) => row['external_id'] === 'P0000006')).toMatchObject({ price_consultant: 0 })
  })

  test('change where the feed changed', async () => {
    const before = await product('P0000003')
    await stage.sandbox.control('mutate', { ids: ['P0000003'] })
    expect(await counts()).toMatchObject({ updated: 1, unchanged: 119 })
    expect((await product('P0000003')).prices.general).toBe((before.prices.general ?? 0) + 500)
  })

  test('a locked field keeps what the operator said', async () => {
    const lock = { connection: 'feed', stream: 'products', externalId: 'P0000004', field: 'priceGeneral' }
    expect((await setFieldLock(stage.deps, lock, true, 'ani')).ok).toBe(true)
    const before = await product('P0000004')
    await stage.sandbox.control('mutate', { ids: ['P0000004'] })
    await products()
    const after = await product('P0000004')
    expect(after.prices.general).toBe(before.prices.general)
    expect(after.prices.director).not.toBe(before.prices.director)
  })

  test('one that is gone is out of use, and back under the same id', async () => {
    const before = await product('P0000005')
    await stage.sandbox.control('delete', { ids: ['P0000005'] })
    expect(await counts()).toMatchObject({ deleted: 1 })
    expect(await product('P0000005')).toMatchObject({ id: before.id, active: false, name: before.name })
    await stage.sandbox.control('restore', { ids: ['P0000005'] })
    await products()
    expect(await product('P0000005')).toMatchObject({ id: before.id, active: true })
  })

  test('one record that cannot be read is a dead letter and does not count as gone', async () => {
    await stage.sandbox.control('config', { badRows: 'one' })
    const run = await products()
    expect([run.status, run.streams[0]?.rejected, run.streams[0]?.deleted]).toEqual(['succeeded', 1, 0])
    expect(await product('P0000001')).toMatchObject({ active: true })
    await stage.sandbox.control('config', { badRows: 'none' })
    await products()
    expect(await stage.query(`select 1 from sync_dead_letters where state = 'open'`)).toEqual([])
  })

  test('pictures are mirrored, shown from our store, and not fetched again', async () => {
    const first = await stage.run()
    expect(first.status).toBe('succeeded')
    const shown = await product('P0000001')
    expect(shown.imageUrl).toMatch(/^\/media\//)
    expect(shown.imageAlt).toMatch(/^Foto /)
    expect((await product('P0000010')).imageUrl).toBeNull()
    const fetched = async () => {
      const response = await fetch(`${stage.sandbox.url}/_sandbox/state`)
      const { state } = (await response.json()) as { state: { pictures: Record<string, { ok: number }> } }
      return Object.values(state.pictures).reduce((sum, { ok }) => sum + ok, 0)
    }
    const before = await fetched()
    await stage.run()
    expect(await fetched()).toBe(before)
  }, 120_000)
})
