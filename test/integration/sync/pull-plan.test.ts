import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeItems } from '../../support/item-provider.ts'
import { createPullStage, type PullStage } from './pull-stage.ts'

let stage: PullStage
beforeEach(async () => {
  stage = await createPullStage({ items: makeItems(40), pageSize: 7 })
  await stage.run()
})
afterEach(() => stage.stop())

/** Every table but those of runs, row by row. */
async function dump(): Promise<string> {
  const tables = await stage.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname = 'public' and tablename not in ('sync_runs', 'sync_passes', 'sync_plan_items', 'schema_migrations') order by 1`,
  )
  const parts = []
  for (const { name } of tables)
    parts.push([
      name,
      await stage.query(`select ctid::text, xmin::text, t.*::text from ${name} t order by 1`),
    ])
  return JSON.stringify(parts)
}

function changeSource(): void {
  const { items } = stage.provider
  const at = '2026-03-01T00:00:00.000Z'
  items[2] = { ...items[2], id: 'item-0002', price: 1, tag: 'rule', updatedAt: at }
  items[9] = { id: 'item-0009', name: 'bad', price: 'x' }
  items.splice(20, 2)
  items.push({ id: 'new-1', name: 'New', price: 5, parent: 'new-2', updatedAt: at })
  items.push({ id: 'new-2', name: 'New', price: 5, updatedAt: at })
}

const counts = ['seen', 'created', 'updated', 'unchanged', 'stale', 'rejected', 'deleted', 'missing'] as const
const countsOf = (pass: object): unknown[] => counts.map((name) => (pass as Record<string, unknown>)[name])

test('a dry run finds what the live run then does, and leaves every other table as it is', async () => {
  changeSource()
  const before = await dump()
  const dry = await stage.run({ kind: 'dry' })
  expect(dry).toMatchObject({ status: 'succeeded', created: 2, updated: 1, deleted: 2, rejected: 1 })
  expect(await dump()).toBe(before)
  const plan = await stage.query(
    `select op, external_id, fields from sync_plan_items where op <> 'create' order by external_id, op`,
  )
  const live = await stage.run()
  expect(countsOf(live)).toEqual(countsOf(dry))
  expect(plan).toEqual(
    await stage.query(
      `select op, external_id, fields from sync_changes where run_id = $1 order by external_id, op`,
      [live.runId],
    ),
  )
  const created = await stage.query<{ ids: string[] }>(
    'select external_ids as ids from sync_creations where run_id = $1',
    [live.runId],
  )
  expect(created.flatMap((row) => row.ids).sort()).toEqual(['new-1', 'new-2'])
})

test('a run bound to a plan carries it out when nothing moved', async () => {
  changeSource()
  const dry = await stage.run({ kind: 'dry' })
  const live = await stage.run({ planOf: dry.runId })
  expect(live).toMatchObject({ status: 'succeeded', created: 2, updated: 1, deleted: 2 })
  expect(await stage.query('select 1 from sync_plan_items where run_id = $1', [live.runId])).toEqual([])
})

test('a run bound to a plan is refused when the source or our data moved', async () => {
  changeSource()
  const dry = await stage.run({ kind: 'dry' })
  stage.provider.items[0] = {
    ...stage.provider.items[0],
    id: 'item-0000',
    name: 'moved',
    updatedAt: '2026-04-01T00:00:00.000Z',
  }
  expect(await stage.run({ planOf: dry.runId })).toMatchObject({
    status: 'refused',
    code: 'plan_moved',
    updated: 0,
  })
  expect(await stage.query(`select 1 from sync_changes`)).toEqual([])
  const again = await stage.run({ kind: 'dry' })
  await stage.query(`update test_items set price = 77 where name = 'Item 2'`)
  expect(await stage.run({ planOf: again.runId })).toMatchObject({ status: 'refused', code: 'plan_moved' })
})

test('a plan that is made twice has one sum, in whatever order the source lists', async () => {
  changeSource()
  const first = await stage.run({ kind: 'dry' })
  stage.provider.items.reverse()
  const second = await stage.run({ kind: 'dry' })
  expect(second.planSum).toBe(first.planSum)
  expect(first.planSum).not.toBe('0')
})

test('a plan lists the deletes that a live run would first ask about', async () => {
  stage.provider.items = []
  const dry = await stage.run({ kind: 'dry' })
  expect(dry).toMatchObject({ status: 'succeeded', deleted: 0, missing: 40 })
  expect(await stage.query(`select 1 from sync_plan_items where op = 'delete'`)).toHaveLength(40)
})

test('a dry run brings back no record that waited for a parent and is gone at the source, as a live run does not', async () => {
  const { items } = stage.provider
  items.push({ id: 'child', name: 'Child', price: 5, parent: 'parent' })
  expect(await stage.run()).toMatchObject({ created: 0, rejected: 1 })
  items.pop()
  items.push({ id: 'parent', name: 'Parent', price: 5 })
  const dry = await stage.run({ kind: 'dry' })
  expect(dry).toMatchObject({ created: 1, seen: 41 })
  expect(countsOf(await stage.run())).toEqual(countsOf(dry))
})

test('a bound replay that takes several turns is checked against its plan once', async () => {
  await stage.query(
    `insert into sync_dead_letters (id, connection, stream, record_key, payload, code, detail)
      select gen_random_uuid(), 'shop', 'items', 'late-' || i,
        jsonb_build_object('id', 'late-' || i, 'name', 'Late', 'price', 5), 'bad_price', '' from generate_series(1, 450) i`,
  )
  const plan = await stage.run({ mode: 'replay', kind: 'dry' })
  expect(plan).toMatchObject({ status: 'succeeded', created: 450 })
  const runId = await stage.begin({ mode: 'replay', planOf: plan.runId })
  const hasty = { ...stage.deps, timing: { ...stage.deps.timing, turnSeconds: 0 } }
  expect(await stage.turn(hasty)).toEqual({ kind: 'more' })
  expect(await stage.pass(runId)).toMatchObject({ status: 'running', created: 200 })
  expect(await stage.turn()).toEqual({ kind: 'ended' })
  expect(await stage.pass(runId)).toMatchObject({ status: 'succeeded', created: 450 })
})
