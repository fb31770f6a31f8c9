import { afterEach, expect, test } from 'vitest'
import type { Database } from '../../../src/platform/database.ts'
import { cancelRun } from '../../../src/sync/runs/cancel-run.ts'
import { lockHeldPasses } from '../../../src/sync/runs/passes-store.ts'
import type { SyncDeps } from '../../../src/sync/sync-deps.ts'
import { refreshRecords } from '../../../src/sync/pull/refresh-records.ts'
import { makeItems } from '../../support/item-provider.ts'
import { createPullStage, secondWorker, type PullStage } from './pull-stage.ts'

let stage: PullStage
afterEach(() => stage.stop())

/** As if the holder of the lease had been stopped for longer than it lasts. */
const letLeaseEnd = (): Promise<unknown[]> =>
  stage.query(`update sync_passes set lease_until = now() - interval '1 second'`)

async function withSecondWorker<T>(work: (deps: SyncDeps) => Promise<T>): Promise<T> {
  const second = secondWorker(stage)
  try {
    return await work(second)
  } finally {
    await second.close()
  }
}

test('of two workers on one pass one works, the other finds it busy', async () => {
  stage = await createPullStage({ items: makeItems(10) })
  const runId = await stage.begin()
  await withSecondWorker(async (second) => {
    const turns = await Promise.all([stage.turn(), stage.turn(second), stage.turn(), stage.turn(second)])
    expect(turns.filter(({ kind }) => kind === 'ended')).toHaveLength(1)
  })
  expect(await stage.pass(runId)).toMatchObject({ status: 'succeeded', seen: 10, created: 10, pages: 4 })
  expect(stage.provider.calls).toHaveLength(4)
})

/**
 * Stops a worker before it commits its second page and lets its lease end. Another worker takes over and gets no page;
 * then the first one goes on.
 */
async function stopAndContinue(sabotage = 'select 1'): Promise<{ first: string; pages: number }> {
  stage = await createPullStage({ items: makeItems(10) })
  await stage.query(sabotage)
  const runId = await stage.begin()
  return await withSecondWorker(async (second) => {
    stage.provider.fault = (_call, index) => (index === 2 ? { kind: 'cut' } : undefined)
    stage.provider.onCall = async (_call, index) => {
      if (index !== 1) return
      await letLeaseEnd()
      expect(await stage.turn(second)).toEqual({ kind: 'later' })
    }
    const first = await stage.turn()
    return { first: first.kind, pages: (await stage.pass(runId)).pages }
  })
}

test('a worker that was stopped for longer than its lease writes nothing when it goes on', async () => {
  expect(await stopAndContinue()).toEqual({ first: 'busy', pages: 1 })
})

/** Lets every holder pass for the newest one: the fence is off. */
const NO_FENCE = `create function no_fence() returns trigger language plpgsql as $$
  begin new.epoch := 1; return new; end $$;
  create trigger no_fence before update on sync_passes for each row execute function no_fence()`

test('without the fence the stopped worker would have gone on writing', async () => {
  expect(await stopAndContinue(NO_FENCE)).toMatchObject({ first: 'ended', pages: 4 })
})

test('a pass whose rows somebody holds for too long waits and goes on at its checkpoint', async () => {
  stage = await createPullStage({ items: makeItems(7) })
  const [stream] = stage.deps.connections.get('shop')?.streams ?? []
  if (stream?.kind !== 'pull') throw new Error('no stream')
  let writes = 0
  const locked = {
    ...stream,
    async write(...args: Parameters<typeof stream.write>): Promise<void> {
      writes += 1
      if (writes > 1) throw Object.assign(new Error('lock timeout'), { code: '55P03' })
      await stream.write(...args)
    },
  }
  const connections = new Map([['shop', { name: 'shop', streams: [locked], schedules: [] }]])
  const runId = await stage.begin()
  expect(await stage.turn({ ...stage.deps, connections })).toEqual({ kind: 'later' })
  expect(await stage.pass(runId)).toMatchObject({
    state: 'running',
    code: 'database_busy',
    tries: 1,
    pages: 1,
  })
  await stage.query('update sync_passes set retry_at = null')
  expect(await stage.turn()).toEqual({ kind: 'ended' })
  expect(await stage.pass(runId)).toMatchObject({ status: 'succeeded', created: 7, pages: 3 })
})

test('two workers that read the same checkpoint cannot both move it', async () => {
  stage = await createPullStage({ items: makeItems(6) })
  await stage.begin()
  stage.provider.onCall = async (_call, index) => {
    if (index === 1) await stage.query('update sync_slices set pages = pages + 1')
  }
  expect(await stage.turn()).toEqual({ kind: 'busy' })
  expect(await stage.items()).toHaveLength(3)
})

test('an operator who cancels stops the run at the page in flight; the next run goes on there', async () => {
  stage = await createPullStage({ items: makeItems(10) })
  const runId = await stage.begin()
  stage.provider.onCall = async (_call, index) => {
    if (index === 1) await cancelRun(stage.deps, runId)
  }
  expect(await stage.turn()).toEqual({ kind: 'busy' })
  expect(await stage.pass(runId)).toMatchObject({ status: 'cancelled', state: 'cancelled', created: 3 })
  stage.provider.calls.length = 0
  await stage.run()
  expect(stage.provider.calls.slice(0, 3).map((call) => call.position)).toEqual(['3', '6', '9'])
  expect(await stage.items()).toHaveLength(10)
})

test('an operator waits for a page in flight longer than a worker would', async () => {
  stage = await createPullStage({ items: makeItems(3) })
  const runId = await stage.begin()
  const waits = await stage.deps.db.transaction('test.patience', { role: 'worker' }, async (tx) => {
    await lockHeldPasses(tx, runId)
    const { timeout } = await tx.one<{ timeout: string }>({
      text: `select current_setting('lock_timeout') as timeout`,
    })
    return timeout
  })
  expect(waits).toBe('30s')
})

test('a turn ends after its time and the pass is handed on with a job', async () => {
  stage = await createPullStage({ items: makeItems(7), timing: { turnSeconds: 0 } })
  const runId = await stage.begin()
  expect(await stage.turn()).toEqual({ kind: 'more' })
  expect(stage.jobs).toEqual([{ stream: 'items', startAfter: undefined }])
  expect(await stage.pass(runId)).toMatchObject({ state: 'running', pages: 0 })
  const patient = { ...stage.deps, timing: { turnSeconds: 60 } }
  expect(await stage.turn(patient)).toEqual({ kind: 'ended' })
})

test('after a crash in any transaction the next worker completes the run and fetches no committed page again', async () => {
  stage = await createPullStage({ items: makeItems(7) })
  const runId = await stage.begin()
  for (let crash = 1; ; crash += 1) {
    let count = 0
    const db: Database = {
      ...stage.deps.db,
      async transaction(name, actor, work) {
        return await stage.deps.db.transaction(name, actor, async (tx) => {
          const result = await work(tx)
          count += 1
          if (count === crash) throw Object.assign(new Error(`killed in ${name}`), { code: '57P01' })
          return result
        })
      },
    }
    const ended = await stage.turn({ ...stage.deps, db }).catch(() => undefined)
    if (ended?.kind === 'ended') break
    await letLeaseEnd()
  }
  const asked = stage.provider.calls.map((call) => Number(call.position ?? 0))
  expect(asked, 'a committed page is never asked for again').toEqual(asked.toSorted((a, b) => a - b))
  expect(await stage.pass(runId)).toMatchObject({ status: 'succeeded', seen: 7, created: 7, pages: 3 })
  expect(await stage.items()).toHaveLength(7)
})

test('a hint that lands between the comparison and the write of a page makes no second record', async () => {
  stage = await createPullStage({ items: makeItems(3) })
  await withSecondWorker(async (second) => {
    let hints = 0
    const db: Database = {
      ...stage.deps.db,
      transaction: (name, actor, work) =>
        stage.deps.db.transaction(name, actor, (tx) =>
          work({
            ...tx,
            async rows(statement) {
              const rows = await tx.rows(statement)
              if (name === 'sync.pull-page' && statement.text.includes('lateral') && hints === 0) {
                hints += 1
                await refreshRecords(second, 'shop', 'items', ['item-0001'], AbortSignal.timeout(5_000))
              }
              return rows
            },
          }),
        ),
    }
    const runId = await stage.begin()
    expect(await stage.turn({ ...stage.deps, db })).toEqual({ kind: 'ended' })
    expect(hints).toBe(1)
    expect(await stage.pass(runId)).toMatchObject({ status: 'succeeded', seen: 3, created: 2, unchanged: 1 })
    expect(await stage.query('select 1 from test_items')).toHaveLength(3)
  })
})
