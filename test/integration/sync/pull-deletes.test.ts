import { afterEach, expect, test } from 'vitest'
import { refreshRecords } from '../../../src/sync/pull/refresh-records.ts'
import { makeItems } from '../../support/item-provider.ts'
import { createPullStage, type PullStage } from './pull-stage.ts'

let stage: PullStage
afterEach(() => stage.stop())

async function setUp(count: number, pageSize = 50): Promise<PullStage> {
  stage = await createPullStage({ items: makeItems(count), pageSize })
  await stage.run()
  return stage
}

async function approve(runId: string): Promise<void> {
  await stage.query(
    `update sync_passes set approved_at = now(), approved_by = 'sari', state = 'ready', finished_at = null where run_id = $1`,
    [runId],
  )
  await stage.query(`update sync_runs set status = 'running', finished_at = null where id = $1`, [runId])
}

const active = async (): Promise<number> => (await stage.items()).filter((item) => item.active).length

test('what a complete enumeration does not name leaves use, and returns with the source', async () => {
  await setUp(20)
  const gone = stage.provider.items.splice(4, 2)
  expect(await stage.run()).toMatchObject({ status: 'succeeded', deleted: 2, missing: 2, unchanged: 18 })
  expect(await active()).toBe(18)
  expect(await stage.query(`select op from sync_changes`)).toEqual([{ op: 'delete' }, { op: 'delete' }])
  expect(await stage.run()).toMatchObject({ deleted: 0, missing: 0 })
  stage.provider.items.push(...gone)
  expect(await stage.run()).toMatchObject({ updated: 2, created: 0, unchanged: 18 })
  expect(await active()).toBe(20)
  expect(await stage.query(`select op from sync_changes where op = 'return'`)).toHaveLength(2)
})

test('changes and ranges never delete', async () => {
  await setUp(20)
  stage.provider.items.length = 10
  expect(await stage.run({ mode: 'changes' })).toMatchObject({ status: 'succeeded', deleted: 0 })
  expect(await active()).toBe(20)
})

test('an empty answer where many were parks the run until a person agrees', async () => {
  await setUp(30)
  stage.provider.items = []
  const parked = await stage.run()
  expect(parked).toMatchObject({ status: 'needs_approval', state: 'parked', missing: 30, deleted: 0 })
  expect(await active()).toBe(30)
  await approve(parked.runId)
  await stage.turn()
  expect(await stage.pass(parked.runId)).toMatchObject({ status: 'succeeded', deleted: 30 })
  expect(await active()).toBe(0)
})

test('a changes run passes by an enumeration that waits; a full one replaces it', async () => {
  await setUp(40)
  const all = stage.provider.items
  stage.provider.items = all.slice(0, 20)
  const parked = await stage.run()
  expect(parked).toMatchObject({ status: 'needs_approval', missing: 20 })
  stage.provider.items = all
  expect(await stage.run({ mode: 'changes' })).toMatchObject({ status: 'succeeded' })
  expect(await stage.run()).toMatchObject({ status: 'succeeded', unchanged: 40 })
  await approve(parked.runId)
  await stage.turn()
  expect(await stage.pass(parked.runId)).toMatchObject({ status: 'failed', code: 'superseded', deleted: 0 })
  expect(await active()).toBe(40)
})

test('a record that was written after the enumeration began is not taken for gone', async () => {
  await setUp(40)
  const all = stage.provider.items
  stage.provider.items = all.slice(0, 20)
  const parked = await stage.run()
  stage.provider.items = [{ ...all[39], id: 'item-0039', name: 'back', updatedAt: new Date().toISOString() }]
  await refreshRecords(stage.deps, 'shop', 'items', ['item-0039'], AbortSignal.timeout(5_000))
  await approve(parked.runId)
  await stage.turn()
  expect(await stage.pass(parked.runId)).toMatchObject({ status: 'succeeded', deleted: 19 })
  expect((await stage.items()).at(-1)).toMatchObject({ name: 'back', active: true })
})

test('a word on one enumeration lets nothing go that the next one of the same run does not name', async () => {
  await setUp(40, 10)
  const all = stage.provider.items
  stage.provider.items = all.map((item, index) =>
    index >= 10 && index < 20 ? { ...item, price: 'x' } : item,
  )
  expect(await stage.run()).toMatchObject({ status: 'failed', code: 'all_rejected' })
  stage.provider.items = all.slice(0, 25)
  const parked = await stage.run()
  expect(parked).toMatchObject({ status: 'needs_approval', missing: 15 })
  stage.provider.items = []
  await approve(parked.runId)
  await stage.turn()
  expect(await stage.pass(parked.runId)).toMatchObject({
    status: 'needs_approval',
    state: 'parked',
    deleted: 15,
    missing: 25,
  })
  expect(await active()).toBe(25)
})

test('a record that cannot be read still counts as present; one without an id lets nothing go', async () => {
  await setUp(20)
  stage.provider.items[3] = { id: 'item-0003', name: 'x', price: 'many' }
  expect(await stage.run()).toMatchObject({ status: 'succeeded', rejected: 1, missing: 0 })
  stage.provider.items[3] = { name: 'who am I' } as never
  expect(await stage.run()).toMatchObject({ status: 'needs_approval', missing: 1, deleted: 0 })
  expect(await active()).toBe(20)
})

test('many deletes are carried out in batches and go on after the worker died', async () => {
  stage = await createPullStage({ items: makeItems(2_500), pageSize: 1_000 })
  await stage.run()
  stage.provider.items = []
  const parked = await stage.run()
  await approve(parked.runId)
  const [stream] = stage.deps.connections.get('shop')?.streams ?? []
  if (stream?.kind !== 'pull') throw new Error('no stream')
  let batches = 0
  const dying = {
    ...stream,
    async remove(...args: Parameters<typeof stream.remove>): Promise<void> {
      batches += 1
      if (batches === 2) throw Object.assign(new Error('the database went away'), { code: '57P01' })
      await stream.remove(...args)
    },
  }
  const connections = new Map([['shop', { name: 'shop', streams: [dying], schedules: [] }]])
  await expect(stage.turn({ ...stage.deps, connections })).rejects.toThrow('went away')
  expect(await active()).toBe(1_500)
  await stage.query(`update sync_passes set lease_until = now() - interval '1 second'`)
  await stage.turn()
  expect(await stage.pass(parked.runId)).toMatchObject({ status: 'succeeded', deleted: 2_500 })
  expect(await active()).toBe(0)
})

test('a hint reads the record again, applies it with the guards of a page, and leaves no run when nothing changed', async () => {
  await setUp(3)
  const hint = (): Promise<unknown> =>
    refreshRecords(stage.deps, 'shop', 'items', ['item-0001'], AbortSignal.timeout(5_000))
  expect(await hint()).toEqual({ ok: true, value: { created: 0, updated: 0, unchanged: 1, rejected: 0 } })
  expect(await stage.query('select 1 from sync_runs')).toHaveLength(1)
  stage.provider.items[1] = {
    ...stage.provider.items[1],
    id: 'item-0001',
    name: 'hinted',
    updatedAt: new Date().toISOString(),
  }
  expect(await hint()).toMatchObject({ value: { updated: 1 } })
  expect((await stage.items())[1]?.name).toBe('hinted')
  expect(await stage.query(`select trigger, status from sync_runs order by id desc limit 1`)).toEqual([
    { trigger: 'webhook', status: 'succeeded' },
  ])
})

test('most of a short list waits for a person too', async () => {
  await setUp(12)
  stage.provider.items.length = 5
  expect(await stage.run()).toMatchObject({ status: 'needs_approval', missing: 7, deleted: 0 })
  expect(await active()).toBe(12)
})
