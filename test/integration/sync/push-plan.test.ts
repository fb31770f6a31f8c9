import { afterEach, expect, test } from 'vitest'
import { findRun } from '../../../src/sync/runs/find-run.ts'
import { listChanges } from '../../../src/sync/runs/list-changes.ts'
import { PARENTS, startPushBench, type PushBench } from './push-fixture.ts'

let bench: PushBench
afterEach(() => bench.stop())

/** Everything that a dry run has to leave as it is. */
const UNTOUCHED = [
  'sync_pushes',
  'sync_attempts',
  'sync_records',
  'sync_changes',
  'sync_dead_letters',
  'sync_buckets',
  'sync_connections',
  'things',
]

async function snapshot(): Promise<unknown> {
  const tables: Record<string, unknown> = {}
  for (const table of UNTOUCHED)
    tables[table] = await bench.query(`select to_jsonb(t) as row from ${table} t order by to_jsonb(t)::text`)
  return tables
}

async function plan(): Promise<string> {
  const runId = await bench.request('changes', 'dry')
  await bench.turn(PARENTS)
  await bench.turn()
  return runId
}

async function carryOut(planOf: string): Promise<string | undefined> {
  const runId = await bench.request('changes', 'live', planOf)
  await bench.turn(PARENTS)
  await bench.turn()
  return (await findRun(bench.deps, runId))?.status
}

/** One to create, one to update, one unchanged, a family to create, and one that was refused. */
async function prepare(): Promise<{ created: string; updated: string; family: string[] }> {
  bench = await startPushBench({
    honoursKeys: true,
    canFind: true,
    rate: { key: 'counter', perSecond: 1_000, burst: 1_000 },
  })
  const updated = await bench.add('before')
  const same = await bench.add('same')
  const refused = await bench.add('refused')
  bench.provider.decide((call) => (call.reference === refused ? 422 : 'done'))
  await bench.settle()
  const created = await bench.add('created')
  await bench.edit(updated, 'after')
  await bench.edit(same, 'same')
  const parent = await bench.addOwner('parent')
  const child = await bench.add('child', parent)
  bench.provider.calls.length = 0
  return { created, updated, family: [parent, child] }
}

test('a dry run says what would be sent, and leaves everything as it is', async () => {
  const { created, updated, family } = await prepare()
  const before = await snapshot()
  const runId = await plan()
  expect(await snapshot()).toEqual(before)
  expect(bench.provider.calls).toEqual([])
  const changes = (await listChanges(bench.deps, runId, {}))?.changes ?? []
  const creations = changes.filter((change) => change.op === 'create').map((change) => change.externalId)
  expect(new Set(creations)).toEqual(new Set([created, ...family]))
  const [record] = await bench.query<{ id: string }>(
    'select external_id as id from sync_records where local_id = $1',
    [updated],
  )
  expect(changes.filter((change) => change.op === 'update')).toEqual([
    { stream: 'things', op: 'update', externalId: record?.id, fields: { name: ['before', 'after'] } },
  ])
  const run = await findRun(bench.deps, runId)
  expect(run?.status).toBe('succeeded')
  expect(run?.streams.find((stream) => stream.stream === 'things')).toMatchObject({
    seen: 4,
    created: 2,
    updated: 1,
    unchanged: 1,
  })
})

test('a plan that still holds is carried out, in both streams', async () => {
  const { created, family } = await prepare()
  const runId = await plan()
  expect(await carryOut(runId)).toBe('succeeded')
  expect([created, ...family].map((id) => bench.copies(id))).toEqual([1, 1, 1])
})

test('a plan that moved is refused, and nothing of its stream is sent', async () => {
  const { created } = await prepare()
  const runId = await plan()
  await bench.edit(created, 'something else')
  expect(await carryOut(runId)).toBe('refused')
  expect(bench.copies(created)).toBe(0)
})

test('an edit after the check is not part of the plan', async () => {
  const { created, updated, family } = await prepare()
  const runId = await plan()
  let edits = 0
  bench.provider.decide(async (call) => {
    if (call.reference !== family[0] && edits++ === 0) await bench.edit(updated, 'too late')
    return 'done' as const
  })
  expect(await carryOut(runId)).toBe('succeeded')
  expect(bench.copies(created)).toBe(1)
  expect(bench.provider.calls.filter((call) => call.body.includes('too late'))).toEqual([])
  await bench.settle()
  expect(bench.provider.calls.filter((call) => call.body.includes('too late'))).toHaveLength(1)
})

test('calls keep to the rate of the account', async () => {
  bench = await startPushBench({
    honoursKeys: true,
    canFind: true,
    rate: { key: 'counter', perSecond: 0.01, burst: 3 },
  })
  for (let place = 0; place < 5; place += 1) await bench.add(`thing ${place}`)
  await bench.request()
  await bench.turn(PARENTS)
  expect(await bench.turn()).toBe('later')
  expect(bench.provider.calls).toHaveLength(3)
  expect(await bench.query("select 1 from sync_attempts where state in ('sending', 'unknown')")).toEqual([])
  await bench.settle()
  expect(bench.provider.records.size).toBe(5)
})
