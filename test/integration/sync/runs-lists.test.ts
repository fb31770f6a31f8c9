import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../../src/platform/ids.ts'
import { defineStream } from '../../../src/sync/connection.ts'
import { discardDeadLetter, listDeadLetters } from '../../../src/sync/runs/dead-letters.ts'
import { findRun, listRuns } from '../../../src/sync/runs/find-run.ts'
import { listChanges } from '../../../src/sync/runs/list-changes.ts'
import { purgeSync } from '../../../src/sync/runs/purge-sync.ts'
import { registerConnections } from '../../../src/sync/runs/register-connections.ts'
import { requestRun } from '../../../src/sync/runs/request-run.ts'
import { setFieldLock } from '../../../src/sync/runs/set-field-lock.ts'
import { createRuns, idlePull, passes, type Runs } from './runs-fixture.ts'

let runs: Runs

beforeAll(async () => {
  runs = await createRuns({ shop: { first: [], second: [] } })
  runs.deps.connections = new Map([
    ...runs.deps.connections,
    [
      'feed',
      {
        name: 'feed',
        streams: [
          defineStream(idlePull('products', true)),
          defineStream(idlePull('offers', false)),
          { kind: 'work', name: 'images', step: async () => ({ done: true, counts: {}, errors: [] }) },
        ],
        schedules: [],
      },
    ],
    ['supplier', { name: 'supplier', streams: [defineStream(idlePull('offers', false))], schedules: [] }],
  ])
  await registerConnections(runs.deps)
})

afterAll(() => runs.database.drop())

async function allChanges(runId: string, limit: number): Promise<string[]> {
  const found: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listChanges>> = await listChanges(runs.deps, runId, {
      limit,
      ...(cursor === null ? {} : { cursor }),
    })
    if (page === undefined) throw new Error(`cursor ${cursor} is not known`)
    found.push(...page.changes.map(({ stream, op, externalId }) => `${stream} ${op} ${externalId}`))
    cursor = page.nextCursor
  } while (cursor !== null)
  return found
}

describe('changes of a run', () => {
  test('a plan is listed by stream, operation and id, on pages of any size', async () => {
    const runId = await runs.request('shop', { kind: 'dry' })
    await runs.query(
      `insert into sync_plan_items (run_id, stream, op, external_id, fields)
        select $1, s, o, 'r' || n, '{"title":[1,2]}' from unnest(array['second', 'first']) s,
          unnest(array['update', 'create', 'delete']) o, generate_series(10, 14) n`,
      [runId],
    )
    const expected = ['first', 'second'].flatMap((stream) =>
      ['create', 'delete', 'update'].flatMap((op) =>
        [10, 11, 12, 13, 14].map((n) => `${stream} ${op} r${n}`),
      ),
    )
    for (const limit of [1, 4, 7, 100]) expect(await allChanges(runId, limit)).toEqual(expected)
    for (const stream of ['first', 'second']) await runs.finish({ runId, stream })
  })

  test('a live run lists creations, and every change of a record', async () => {
    const runId = await runs.request('shop')
    await runs.query(
      `insert into sync_creations (run_id, stream, page, external_ids)
        values ($1, 'first', 1, array['c', 'a']), ($1, 'first', 2, array['b'])`,
      [runId],
    )
    for (const externalId of ['u2', 'u1', 'u1', 'u1'])
      await runs.query(
        `insert into sync_changes (id, run_id, stream, entity, local_id, external_id, op, fields)
          values ($1, $2, 'first', 'product', gen_random_uuid(), $3, 'update', '{"title":["a","b"]}')`,
        [newId(), runId, externalId],
      )
    const expected = [
      'first create a',
      'first create b',
      'first create c',
      'first update u1',
      'first update u1',
      'first update u1',
      'first update u2',
    ]
    for (const limit of [1, 2, 5, 100]) expect(await allChanges(runId, limit)).toEqual(expected)
    expect((await listChanges(runs.deps, runId, {}))?.changes.at(-1)).toMatchObject({
      fields: { title: ['a', 'b'] },
    })
    for (const stream of ['first', 'second']) await runs.finish({ runId, stream })
  })

  test('a cursor that is not ours has no page, an unknown run has no changes', async () => {
    const [run] = (await listRuns(runs.deps, { connection: 'shop' })).runs
    for (const cursor of ['x', '', Buffer.from('["a"]').toString('base64url'), '\0'.repeat(2_000)])
      expect(await listChanges(runs.deps, run?.runId ?? '', { cursor, limit: 1 })).toBeUndefined()
    expect(await listChanges(runs.deps, newId(), {})).toEqual({ changes: [], nextCursor: null })
    expect(await listChanges(runs.deps, 'x', {})).toEqual({ changes: [], nextCursor: null })
  })
})

describe('ranges and plans', () => {
  const from = new Date('2026-01-01T00:00:00Z')
  const to = new Date('2026-02-01T00:00:00Z')
  const range = { trigger: 'manual', kind: 'live', mode: 'range', from, to } as const

  test.each([
    ['by name where there are no changes', { streams: ['offers'] }, 'range_not_supported'],
    ['backwards', { from: to, to: from }, 'bad_range'],
    ['from nowhere', { from: new Date(Number.NaN) }, 'bad_range'],
    ['of a run that has none', { mode: 'changes' as const }, 'bad_range'],
  ])('a range %s is refused', async (_, change, code) => {
    expect(await requestRun(runs.deps, { ...range, connection: 'feed', ...change })).toEqual({
      ok: false,
      error: { code },
    })
  })

  test('a connection without any changes takes no range', async () => {
    expect(await requestRun(runs.deps, { ...range, connection: 'supplier' })).toMatchObject({
      error: { code: 'range_not_supported' },
    })
  })

  test('a range of a whole connection leaves out what has no changes', async () => {
    const requested = await requestRun(runs.deps, { ...range, connection: 'feed' })
    const runId = requested.ok ? requested.value.runId : ''
    expect(Object.keys(await passes(runs, runId))).toEqual(['products', 'images'])
    expect(await findRun(runs.deps, runId)).toMatchObject({
      mode: 'range',
      from: expect.stringContaining('2026-01'),
    })
    for (const stream of ['products', 'images']) await runs.finish({ connection: 'feed', runId, stream })
  })

  test('a plan is carried out with its own streams, once it is finished', async () => {
    const planOf = await runs.request('shop', { kind: 'dry', streams: ['second'], mode: 'changes' })
    const ask = { connection: 'shop', trigger: 'manual', kind: 'live', mode: 'full', planOf } as const
    expect(await requestRun(runs.deps, ask)).toMatchObject({ error: { code: 'plan_not_finished' } })
    await runs.finish({ runId: planOf, stream: 'second' })
    const runId = await runs.request('shop', { planOf })
    expect(await findRun(runs.deps, runId)).toMatchObject({ planOf, mode: 'changes' })
    expect(Object.keys(await passes(runs, runId))).toEqual(['second'])
    await runs.finish({ runId, stream: 'second' })
    for (const unknown of [newId(), runId, 'x'])
      expect(await requestRun(runs.deps, { ...ask, planOf: unknown })).toMatchObject({
        error: { code: 'plan_unknown' },
      })
    expect(await requestRun(runs.deps, { ...ask, connection: 'feed' })).toMatchObject({
      error: { code: 'plan_unknown' },
    })
  })
})

describe('runs', () => {
  test('pages of any size hold every run once, newest first', async () => {
    const all = (await listRuns(runs.deps, { limit: 100 })).runs.map((run) => run.runId)
    expect(all).toEqual(all.toSorted().toReversed())
    const found: string[] = []
    let cursor: string | null = null
    do {
      const page = await listRuns(runs.deps, { limit: 2, ...(cursor === null ? {} : { cursor }) })
      found.push(...page.runs.map((run) => run.runId))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(found).toEqual(all)
    const some = (await listRuns(runs.deps, { stream: 'images' })).runs
    expect(some.map((run) => run.connection)).toEqual(['feed'])
  })

  test('a run from before the engine keeps its counts and errors', async () => {
    const runId = newId()
    const stream = {
      stream: 'offers',
      seen: 7,
      created: 7,
      updated: 0,
      unchanged: 0,
      rejected: 0,
      deleted: 0,
      pages: 1,
    }
    await runs.query(
      `insert into sync_runs (id, connection, trigger, kind, status, streams, errors, finished_at)
        values ($1, 'old', 'cli', 'live', 'failed', $2, '[{"code":"broken","detail":"x"}]', now())`,
      [runId, JSON.stringify([stream])],
    )
    expect(await findRun(runs.deps, runId)).toMatchObject({
      streams: [stream],
      errors: [{ code: 'broken' }],
      passes: [],
    })
    expect((await listRuns(runs.deps, { stream: 'offers', connection: 'old' })).runs).toHaveLength(1)
  })

  test('refused records are shown with their run', async () => {
    const runId = await runs.request('shop', { streams: ['first'] })
    await runs.query(`update sync_passes set seen = 1, rejected = 1 where run_id = $1`, [runId])
    await runs.query(
      `insert into sync_dead_letters (id, connection, stream, record_key, payload, code, detail, last_run)
        values ($1, 'shop', 'first', 'r1', '{}', 'bad_price', 'no number', $2)`,
      [newId(), runId],
    )
    expect((await findRun(runs.deps, runId))?.errors).toEqual([
      { code: 'bad_price', detail: 'no number', record: 'r1' },
    ])
    await runs.finish({ runId, stream: 'first' })
  })
})

describe('dead letters and locks', () => {
  test('dead letters are listed in pages and closed once', async () => {
    for (let nth = 0; nth < 5; nth += 1)
      await runs.query(
        `insert into sync_dead_letters (id, connection, stream, record_key, payload, code, detail)
          values ($1, 'feed', 'products', $2, '{"a":1}', 'bad', 'bad')`,
        [newId(), `r${nth}`],
      )
    const first = await listDeadLetters(runs.deps, { connection: 'feed', limit: 3 })
    expect(first.deadLetters.map((letter) => letter.record)).toEqual(['r0', 'r1', 'r2'])
    const second = await listDeadLetters(runs.deps, { connection: 'feed', cursor: first.nextCursor ?? '' })
    expect(second).toMatchObject({
      deadLetters: [{ record: 'r3', payload: { a: 1 } }, { record: 'r4' }],
      nextCursor: null,
    })
    const id = first.deadLetters[0]?.id ?? ''
    expect(await discardDeadLetter(runs.deps, id, 'budi')).toMatchObject({ ok: true })
    expect(await discardDeadLetter(runs.deps, id, 'budi')).toMatchObject({ error: { code: 'not_found' } })
    expect((await listDeadLetters(runs.deps, { connection: 'feed' })).deadLetters).toHaveLength(4)
  })

  test('a lock keeps a field; giving it back has the record compared anew', async () => {
    await runs.query(
      `insert into sync_records (connection, entity, external_id, local_id, content_hash)
        values ('feed', 'products', 'p1', gen_random_uuid(), gen_random_uuid())`,
    )
    const lock = { connection: 'feed', stream: 'products', externalId: 'p1', field: 'title' }
    const locks = (): Promise<unknown[]> => runs.query('select field, locked_by from sync_field_locks')
    expect(await setFieldLock(runs.deps, lock, true, 'budi')).toMatchObject({ ok: true })
    expect(await setFieldLock(runs.deps, lock, true, 'sari')).toMatchObject({ ok: true })
    expect(await locks()).toEqual([{ field: 'title', locked_by: 'budi' }])
    expect(await setFieldLock(runs.deps, lock, false, 'budi')).toMatchObject({ ok: true })
    expect(await locks()).toEqual([])
    expect(await runs.query('select content_hash from sync_records')).toEqual([{ content_hash: null }])
    expect(await setFieldLock(runs.deps, { ...lock, field: 'toString' }, true, 'x')).toMatchObject({
      error: { code: 'unknown_field' },
    })
    for (const wrong of [{ externalId: 'p2' }, { stream: 'images' }, { connection: 'nowhere' }])
      expect(await setFieldLock(runs.deps, { ...lock, ...wrong }, true, 'x')).toMatchObject({
        error: { code: 'not_found' },
      })
  })
})

test('old rows go, recent ones and open letters stay', async () => {
  const before = await runs.query('select id from sync_runs')
  const nothing = await purgeSync(runs.deps)
  expect(Object.values(nothing).every((rows) => rows === 0)).toBe(true)
  const keepNone = { runDays: 0, detailDays: 0, letterDays: 0, generationDays: 0 }
  const purged = await purgeSync(runs.deps, keepNone)
  expect(purged).toMatchObject({ 'plan items': 30, changes: 4, creations: 2, 'dead letters': 1 })
  expect(purged['runs']).toBe(before.length)
  expect((await listDeadLetters(runs.deps, {})).deadLetters).toHaveLength(5)
})

test('attempts to send go when they are old, but never the body that was accepted last', async () => {
  const at = (key: string, state: string, days: number): string =>
    `('${key.repeat(16)}', 'feed', 'out', '01900000-0000-7000-8000-000000000001', 'update', 1, gen_random_uuid(), '{}',
      '${state}', now() - interval '${days} days', ${state === 'unknown' ? 'null' : `now() - interval '${days} days'`})`
  await runs.query(
    `insert into sync_attempts (key, connection, stream, local_id, operation, version, content_hash, body, state,
        created_at, settled_at)
      values ${at('a', 'ok', 120)}, ${at('b', 'rejected', 110)}, ${at('c', 'ok', 100)}, ${at('d', 'withdrawn', 10)},
        ${at('e', 'unknown', 99)}`,
  )
  expect(await purgeSync(runs.deps)).toMatchObject({ attempts: 2 })
  const kept = await runs.query<{ key: string }>('select left(key, 1) as key from sync_attempts order by key')
  expect(kept.map(({ key }) => key)).toEqual(['c', 'd', 'e'])
})

test('what refers to a run that is taken away is found by an index', async () => {
  const columns = await runs.query<{ name: string }>(
    `select c.conrelid::regclass || '.' || a.attname as name from pg_constraint c
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'f' and c.confrelid = 'sync_runs'::regclass and not exists (select from pg_index i
        where i.indrelid = c.conrelid and i.indkey[0] = a.attnum)`,
  )
  expect(columns).toEqual([])
})
