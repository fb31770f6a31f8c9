import { afterEach, expect, test } from 'vitest'
import { makeItems } from '../../support/item-provider.ts'
import { createPullStage, type PullStage } from './pull-stage.ts'

let stage: PullStage
afterEach(() => stage.stop())

async function setUp(count: number, options: Parameters<typeof createPullStage>[0] = {}): Promise<PullStage> {
  stage = await createPullStage({ items: makeItems(count), ...options })
  return stage
}

/** What tells a row that was written from one that was not. */
function versionsOf(table: string): Promise<{ mark: string }[]> {
  return stage.query(`select ctid::text || ' ' || xmin::text as mark from ${table} order by 1`)
}

test('the first run takes everything, page by page', async () => {
  await setUp(10)
  const pass = await stage.run()
  expect(pass).toMatchObject({ status: 'succeeded', seen: 10, created: 10, unchanged: 0, pages: 4 })
  expect(await stage.items()).toHaveLength(10)
  expect(stage.provider.calls.map((call) => call.position)).toEqual([null, '3', '6', '9'])
  const creations = await stage.query<{ ids: string[] }>('select external_ids as ids from sync_creations')
  expect(creations.flatMap((row) => row.ids)).toHaveLength(10)
})

test('an unchanged run writes no record, neither of the domain nor of the map', async () => {
  await setUp(10)
  await stage.run()
  const before = [await versionsOf('test_items'), await versionsOf('sync_records')]
  const pass = await stage.run()
  expect(pass).toMatchObject({ status: 'succeeded', seen: 10, created: 0, updated: 0, unchanged: 10 })
  expect([await versionsOf('test_items'), await versionsOf('sync_records')]).toEqual(before)
  expect(await stage.query('select 1 from sync_changes')).toEqual([])
})

test('of a changed source only what changed is written, with its fields', async () => {
  await setUp(10)
  await stage.run()
  stage.provider.items[4] = {
    ...makeItems(5)[4],
    id: 'item-0004',
    price: 5,
    updatedAt: '2026-01-02T00:00:00.000Z',
  }
  const pass = await stage.run()
  expect(pass).toMatchObject({ seen: 10, updated: 1, unchanged: 9 })
  const changes = await stage.query('select external_id, op, fields from sync_changes')
  expect(changes).toEqual([{ external_id: 'item-0004', op: 'update', fields: { price: [1004, 5] } }])
})

test('a run of changes asks for the time since the last one, with a look-back', async () => {
  await setUp(10)
  await stage.run()
  const watermark = await stage.query<{ watermark: Date }>('select watermark from sync_streams')
  stage.provider.calls.length = 0
  stage.provider.items[0] = {
    ...stage.provider.items[0],
    id: 'item-0000',
    price: 7,
    updatedAt: new Date().toISOString(),
  }
  const pass = await stage.run({ mode: 'changes' })
  expect(pass).toMatchObject({ status: 'succeeded', seen: 1, updated: 1 })
  const from = new Date(watermark[0]?.watermark.getTime() ?? 0)
  expect(stage.provider.calls[0]?.from).toBe(new Date(from.getTime() - 60_000).toISOString())
})

test('a range is asked for in slices and moves no watermark', async () => {
  await setUp(10, { stream: { timing: { lookbackSeconds: 0, safetyLagSeconds: 0, maxSpanSeconds: 86_400 } } })
  await stage.run()
  const before = await stage.query('select * from sync_streams')
  stage.provider.calls.length = 0
  const pass = await stage.run({
    mode: 'range',
    from: new Date('2025-12-31T00:00:00Z'),
    to: new Date('2026-01-02T12:00:00Z'),
  })
  expect(pass).toMatchObject({ status: 'succeeded', seen: 20, unchanged: 20 })
  expect(new Set(stage.provider.calls.map((call) => call.from)).size).toBe(3)
  expect(await stage.query('select * from sync_streams')).toEqual(before)
})

test('an older version is not applied, a newer one without a difference only moves the version', async () => {
  await setUp(3)
  await stage.run()
  const [first] = makeItems(1)
  stage.provider.items[0] = { ...first, id: 'item-0000', updatedAt: '2026-01-05T00:00:00.000Z' }
  expect(await stage.run()).toMatchObject({ unchanged: 3, updated: 0 })
  stage.provider.items[0] = { ...first, id: 'item-0000', name: 'late', updatedAt: '2026-01-03T00:00:00.000Z' }
  expect(await stage.run()).toMatchObject({ stale: 1, unchanged: 2 })
  expect((await stage.items())[0]?.name).toBe('Item 0')
})

test('of duplicate keys in a page the newest version wins and the others are stale', async () => {
  await setUp(0)
  const [item] = makeItems(1)
  stage.provider.items = [
    { ...item, id: 'item-0000', name: 'newest', updatedAt: '2026-01-03T00:00:00.000Z' },
    { ...item, id: 'item-0000', name: 'oldest' },
    { ...item, id: 'item-0001', name: 'other' },
  ]
  expect(await stage.run()).toMatchObject({ seen: 3, created: 2, stale: 1 })
  expect((await stage.items()).map((row) => row.name)).toEqual(['newest', 'other'])
})

test('records with one time of change are all taken: windows include both their ends', async () => {
  await setUp(7)
  await stage.run()
  const at = new Date().toISOString()
  stage.provider.items = stage.provider.items.map((item) => ({ ...item, name: 'tied', updatedAt: at }))
  await stage.run({ mode: 'changes' })
  expect((await stage.items()).every((row) => row.name === 'tied')).toBe(true)
})

test('a source whose clock runs late is caught by the look-back', async () => {
  await setUp(3)
  await stage.run()
  const late = new Date(Date.now() - 30_000).toISOString()
  stage.provider.items[1] = { ...stage.provider.items[1], id: 'item-0001', name: 'late', updatedAt: late }
  await stage.run({ mode: 'changes' })
  expect((await stage.items())[1]?.name).toBe('late')
})

test('locked fields and those of a rule stay ours, and what the source said is told', async () => {
  await setUp(2)
  await stage.run()
  await stage.query(
    `insert into sync_field_locks (entity, local_id, field, locked_by) select 'item', local_id, 'name', 'sari'
      from sync_records where external_id = 'item-0000'`,
  )
  await stage.query(`update test_items set tag = 'ours'`)
  stage.provider.items = stage.provider.items.map((item) => ({
    ...item,
    name: 'theirs',
    price: 9,
    tag: 'theirs',
    updatedAt: '2026-02-01T00:00:00.000Z',
  }))
  expect(await stage.run()).toMatchObject({ updated: 2 })
  expect(await stage.items()).toMatchObject([
    { name: 'Item 0', price: 9, tag: 'ours' },
    { name: 'theirs', price: 9, tag: 'ours' },
  ])
  const kept = await stage.query(
    `select external_id, fields from sync_changes where op = 'kept' order by external_id`,
  )
  expect(kept).toEqual([
    { external_id: 'item-0000', fields: { name: ['Item 0', 'theirs'], tag: ['ours', 'theirs'] } },
    { external_id: 'item-0001', fields: { tag: ['ours', 'theirs'] } },
  ])
})

test('a raised mapping version compares every record again and writes no domain row without need', async () => {
  await setUp(3)
  await stage.run()
  const before = await versionsOf('test_items')
  const raised = await createPullStageOver(stage, 2)
  expect(raised).toMatchObject({ unchanged: 3, updated: 0 })
  expect(await versionsOf('test_items')).toEqual(before)
})

async function createPullStageOver(from: PullStage, mappingVersion: number): Promise<unknown> {
  const [stream] = from.deps.connections.get('shop')?.streams ?? []
  if (stream?.kind !== 'pull') throw new Error('no stream')
  const connections = new Map([
    ['shop', { name: 'shop', streams: [{ ...stream, mappingVersion }], schedules: [] }],
  ])
  const runId = await from.begin()
  await from.turn({ ...from.deps, connections })
  return await from.pass(runId)
}
