import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { queryAs } from '../../support/test-database.ts'
import { createTestShop, type TestShop } from '../../support/test-shop.ts'

/** A few thousand rows of every system, pictures included, on busy cores. */
const RUN_WAIT_MS = 60_000

let shop: TestShop

beforeAll(async () => {
  shop = await createTestShop()
}, RUN_WAIT_MS)
afterAll(() => shop.stop())

type Counts = Record<string, { created: number; updated: number; unchanged: number; rejected: number }>

async function run(connection: string): Promise<Counts> {
  const wish = { connection, trigger: 'manual', kind: 'live', mode: 'full' } as const
  const ended = await shop.app.sync.run(wish, RUN_WAIT_MS)
  if (!ended.ok) throw new Error(ended.error.code)
  expect(ended.value).toMatchObject({ status: 'succeeded' })
  return Object.fromEntries(
    ended.value.streams.map(({ stream, created, updated, unchanged, rejected }) => [
      stream,
      { created, updated, unchanged, rejected },
    ]),
  )
}

test('every configured system is a connection with its streams and schedules', async () => {
  const connections = await shop.app.sync.connections()
  expect(connections.map(({ name, streams }) => [name, ...streams.map(({ stream }) => stream)])).toEqual([
    ['feed', 'resellers', 'products', 'images'],
    ['vip-reseller', 'offers'],
    ['digiflazz', 'offers'],
  ])
  expect(connections.every((connection) => connection.schedules.length > 0)).toBe(true)
})

test.each(['feed', 'vip-reseller', 'digiflazz'])(
  '%s: the first run brings everything, the second changes nothing',
  async (connection) => {
    const first = await run(connection)
    for (const counts of Object.values(first)) expect(counts.created).toBeGreaterThan(0)
    // A supplier's whole list may be asked for every few minutes only.
    if (connection === 'digiflazz') return
    const second = await run(connection)
    for (const counts of Object.values(second)) expect(counts).toMatchObject({ created: 0, updated: 0 })
  },
  2 * RUN_WAIT_MS,
)

test('what was brought is listed, exported and shown', async () => {
  const { products } = await shop.app.feed.listProducts({ limit: 50 })
  // Some products of the feed have no picture.
  const picture = products.find(({ imageUrl }) => imageUrl !== null)?.imageUrl ?? ''
  expect(picture).toMatch(/^\/media\//)
  expect(await shop.app.media.read(picture.replace('/media/', ''))).toMatchObject({
    contentType: 'image/jpeg',
  })
  expect(await shop.app.media.read('../keys.json')).toBeUndefined()
  for (const name of shop.app.exports.names()) {
    const rows = shop.app.exports.rows(name)
    let count = 0
    for await (const _ of rows ?? []) count += 1
    if (name !== 'custom-prices') expect({ name, some: count > 0 }).toEqual({ name, some: true })
  }
  expect(shop.app.exports.rows('toString')).toBeUndefined()
  expect(await shop.app.health.metrics()).toContain(
    'lapak_sync_last_run_unchanged{stream="feed/products"} 120',
  )
})

test('a plan tells what the run then does, and writes nothing else', async () => {
  await queryAs(
    shop.database.url,
    `update feed_products set name = 'Lain' where id in (select id from feed_products limit 3)`,
  )
  await queryAs(shop.database.url, `update sync_records set content_hash = null where entity = 'product'`)
  const wish = { connection: 'feed', streams: ['products'], trigger: 'manual', mode: 'full' } as const
  const dry = await shop.app.sync.run({ ...wish, kind: 'dry' }, RUN_WAIT_MS)
  if (!dry.ok) throw new Error(dry.error.code)
  const planned = await shop.app.sync.listChanges(dry.value.runId, {})
  expect(planned?.changes).toHaveLength(3)
  const live = await shop.app.sync.run({ ...wish, kind: 'live', planOf: dry.value.runId }, RUN_WAIT_MS)
  if (!live.ok) throw new Error(live.error.code)
  expect(live.value.status).toBe('succeeded')
  expect(await shop.app.sync.listChanges(live.value.runId, {})).toEqual(planned)
  const again = await shop.app.sync.run({ ...wish, kind: 'live', planOf: dry.value.runId }, RUN_WAIT_MS)
  expect(again).toMatchObject({ ok: true, value: { status: 'refused', errors: [{ code: 'plan_moved' }] } })
})

test('workers carry out what was asked for, one run after the other', async () => {
  await shop.serve('worker')
  const wish = { connection: 'feed', trigger: 'manual', kind: 'live' } as const
  const asked = await Promise.all([
    shop.app.sync.request({ ...wish, mode: 'changes' }),
    shop.app.sync.request({ ...wish, mode: 'full' }),
    shop.app.sync.request({ ...wish, mode: 'full' }),
  ])
  const ids = asked.map((answer) => (answer.ok ? answer.value.runId : answer.error.code))
  await eventually('all runs ended', async () => {
    const runs = await Promise.all(ids.map((id) => shop.app.sync.findRun(id)))
    return runs.every((each) => each?.finishedAt)
  })
  for (const id of ids)
    expect(await shop.app.sync.findRun(id)).toMatchObject({ status: 'succeeded', errors: [] })
})
