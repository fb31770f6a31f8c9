import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { cancelRun } from '../../../src/sync/runs/cancel-run.ts'
import { approveRun } from '../../../src/sync/runs/approve-run.ts'
import { driveRun } from '../../../src/sync/runs/drive-run.ts'
import { findRun } from '../../../src/sync/runs/find-run.ts'
import { requestRun } from '../../../src/sync/runs/request-run.ts'
import { setPaused } from '../../../src/sync/runs/set-paused.ts'
import { sweepSync } from '../../../src/sync/runs/sweep-sync.ts'
import { workStream } from '../../../src/sync/work-stream.ts'
import { createRuns, passes, statuses, type Runs } from './runs-fixture.ts'

/** Longer than any of these takes. */
const PATIENCE_MS = 20_000

let runs: Runs
const opened: Runs[] = []

beforeEach(async () => {
  runs = await createRuns({ shop: { first: [], second: ['first'], third: ['second'], apart: [] } })
  opened.push(runs)
})

afterAll(async () => {
  for (const each of opened) await each.database.drop()
})

const signal = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS)

describe('asking for runs', () => {
  test('twenty at once: one goes on, one waits', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, () => runs.request('shop')))
    expect(new Set(ids).size).toBe(2)
    expect(await statuses(runs)).toEqual(['running', 'queued'])
    expect(runs.jobs.toSorted()).toEqual(['shop/apart', 'shop/first'])
  })

  test('a waiting run takes up the streams of both wishes', async () => {
    await runs.request('shop')
    const waiting = await runs.request('shop', { streams: ['second'] })
    expect(await runs.request('shop', { streams: ['first'] })).toBe(waiting)
    expect(await passes(runs, waiting)).toEqual({ first: 'waiting', second: 'waiting' })
  })

  test('different wishes wait one after the other', async () => {
    await runs.request('shop')
    await runs.request('shop', { mode: 'changes' })
    await runs.request('shop', { kind: 'dry' })
    expect(await statuses(runs)).toEqual(['running', 'queued', 'queued'])
  })

  test('what does not exist is refused', async () => {
    const ask = { trigger: 'manual', kind: 'live', mode: 'full' } as const
    expect(await requestRun(runs.deps, { ...ask, connection: 'nowhere' })).toMatchObject({
      error: { code: 'unknown_connection' },
    })
    expect(await requestRun(runs.deps, { ...ask, connection: 'shop', streams: ['x'] })).toMatchObject({
      error: { code: 'unknown_stream' },
    })
    expect(await statuses(runs)).toEqual([])
  })
})

describe('working on runs', () => {
  test('streams follow those they come after', async () => {
    const runId = await runs.request('shop')
    const run = await driveRun(runs.deps, runId, signal())
    expect(run).toMatchObject({ status: 'succeeded', errors: [] })
    expect(run?.streams.map(({ stream, seen, created }) => ({ stream, seen, created }))).toEqual(
      ['first', 'second', 'third', 'apart'].map((stream) => ({ stream, seen: 1, created: 1 })),
    )
    expect(runs.steps.filter((step) => step !== 'apart')).toEqual(['first', 'second', 'third'])
  })

  test('a stream that fails does not stop those after it', async () => {
    runs.script = async (name) => {
      if (name === 'first') throw new Error('broken')
      return true
    }
    const run = await driveRun(runs.deps, await runs.request('shop'), signal())
    expect(run?.status).toBe('failed')
    expect(run?.errors).toMatchObject([{ code: 'internal' }])
    expect(run?.passes.map((pass) => pass.state)).toEqual(['failed', 'succeeded', 'succeeded', 'succeeded'])
  })

  test('whoever waits helps with the run before', async () => {
    const before = await runs.request('shop')
    const waiting = await runs.request('shop', { mode: 'changes' })
    expect(await driveRun(runs.deps, waiting, signal())).toMatchObject({ status: 'succeeded' })
    expect(await findRun(runs.deps, before)).toMatchObject({ status: 'succeeded' })
  })

  test('several at once work on each stream once', async () => {
    const runId = await runs.request('shop')
    await Promise.all(Array.from({ length: 4 }, () => driveRun(runs.deps, runId, signal())))
    expect(runs.steps.toSorted()).toEqual(['apart', 'first', 'second', 'third'])
  })

  test('driving ends with its signal, and the run goes on later', async () => {
    const stop = new AbortController()
    runs.script = async () => {
      stop.abort()
      return false
    }
    const runId = await runs.request('shop', { streams: ['first'] })
    expect(await driveRun(runs.deps, runId, stop.signal)).toMatchObject({ status: 'running' })
    runs.script = async () => true
    expect(await driveRun(runs.deps, runId, signal())).toMatchObject({ status: 'succeeded' })
  })

  test('an unknown run is no run', async () => {
    expect(await driveRun(runs.deps, '00000000-0000-7000-8000-000000000000', signal())).toBeUndefined()
    expect(await driveRun(runs.deps, 'nonsense', signal())).toBeUndefined()
  })
})

describe('sweeping', () => {
  test('a run that should have begun begins, and lost jobs are sent again', async () => {
    const runId = await runs.request('shop')
    await runs.query(`update sync_runs set status = 'queued' where id = $1`, [runId])
    await runs.query(`update sync_passes set state = 'waiting'`)
    runs.jobs.length = 0
    await sweepSync(runs.deps)
    expect(await statuses(runs)).toEqual(['running'])
    expect(runs.jobs.toSorted()).toEqual(['shop/apart', 'shop/apart', 'shop/first', 'shop/first'])
  })

  test('a run whose passes have all ended ends, and the next one begins', async () => {
    const runId = await runs.request('shop')
    await runs.request('shop')
    await runs.query(`update sync_passes set state = 'succeeded' where run_id = $1`, [runId])
    await sweepSync(runs.deps)
    expect(await statuses(runs)).toEqual(['succeeded', 'running'])
  })

  test('a stream whose process died is sent again, one at work is not', async () => {
    const runId = await runs.request('shop')
    await runs.query(
      `update sync_passes set state = 'running', lease_until = now() + case when stream = 'first' then
        interval '-1 second' else interval '1 minute' end where run_id = $1 and state = 'ready'`,
      [runId],
    )
    runs.jobs.length = 0
    expect(await sweepSync(runs.deps)).toEqual({ sent: 1 })
    expect(runs.jobs).toEqual(['shop/first'])
  })
})

describe('pausing', () => {
  test('nothing is asked for, nothing goes on, and afterwards everything does', async () => {
    const runId = await runs.request('shop')
    await runs.request('shop')
    await runs.pause('shop', true)
    expect(await passes(runs, runId)).toMatchObject({ first: 'waiting', apart: 'waiting' })
    expect(
      await requestRun(runs.deps, { connection: 'shop', trigger: 'manual', kind: 'live', mode: 'full' }),
    ).toEqual({ ok: false, error: { code: 'paused' } })
    await sweepSync(runs.deps)
    expect(await workStream(runs.deps, 'shop', 'first', signal())).toEqual({ kind: 'idle' })
    expect(runs.steps).toEqual([])
    await runs.pause('shop', false)
    expect(await driveRun(runs.deps, runId, signal())).toMatchObject({ status: 'succeeded' })
    expect(await statuses(runs)).toEqual(['succeeded', 'running'])
  })

  test('whoever is at work stops at its next page and writes nothing more', async () => {
    runs.script = async () => {
      await runs.pause('shop', true)
      return true
    }
    const runId = await runs.request('shop', { streams: ['first'] })
    await workStream(runs.deps, 'shop', 'first', signal())
    expect(await findRun(runs.deps, runId)).toMatchObject({ status: 'running', streams: [{ seen: 0 }] })
  })

  test('an unknown connection cannot be paused', async () => {
    expect(await setPaused(runs.deps, 'nowhere', true, 'test')).toMatchObject({ ok: false })
  })
})

describe('deciding', () => {
  test('a cancelled run writes nothing more, and the next one begins', async () => {
    const runId = await runs.request('shop', { streams: ['first'] })
    await runs.request('shop')
    runs.script = async () => {
      const cancelled = await cancelRun(runs.deps, runId)
      expect(cancelled).toMatchObject({ ok: true, value: { status: 'cancelled' } })
      return true
    }
    await workStream(runs.deps, 'shop', 'first', signal())
    expect(await statuses(runs)).toEqual(['cancelled', 'running'])
    expect(await findRun(runs.deps, runId)).toMatchObject({ streams: [{ seen: 0 }] })
    expect(await cancelRun(runs.deps, runId)).toMatchObject({ error: { code: 'already_over' } })
    expect(await cancelRun(runs.deps, 'x')).toMatchObject({ error: { code: 'not_found' } })
  })

  test('a waiting run can be cancelled without ever beginning', async () => {
    await runs.request('shop')
    const waiting = await runs.request('shop')
    await cancelRun(runs.deps, waiting)
    expect(await statuses(runs)).toEqual(['running', 'cancelled'])
  })

  test('cancelling and finishing at once ends the run once', async () => {
    const runId = await runs.request('shop', { streams: ['first', 'apart'] })
    await Promise.allSettled([
      runs.finish({ runId, stream: 'first' }),
      runs.finish({ runId, stream: 'apart' }),
      cancelRun(runs.deps, runId),
      sweepSync(runs.deps),
    ])
    const [status] = await statuses(runs)
    expect(['cancelled', 'succeeded']).toContain(status)
    const states = Object.values(await passes(runs, runId))
    expect(states.every((state) => state === 'succeeded' || state === 'cancelled')).toBe(true)
  })

  test('an approved run goes on once nothing else does', async () => {
    const runId = await runs.request('shop', { streams: ['first', 'apart'] })
    await runs.finish({ runId, stream: 'apart' })
    await runs.finish({
      runId,
      stream: 'first',
      state: 'parked',
      error: { code: 'too_many', detail: '9 gone' },
    })
    expect(await statuses(runs)).toEqual(['needs_approval'])
    const other = await runs.request('shop', { streams: ['apart'] })
    expect(await approveRun(runs.deps, runId, 'budi')).toMatchObject({ ok: true })
    expect(await statuses(runs)).toEqual(['needs_approval', 'running'])
    await runs.finish({ runId: other, stream: 'apart' })
    expect(await statuses(runs)).toEqual(['running', 'succeeded'])
    expect(await passes(runs, runId)).toEqual({ first: 'ready', apart: 'succeeded' })
    expect(await approveRun(runs.deps, runId, 'budi')).toMatchObject({
      error: { code: 'nothing_to_approve' },
    })
    await runs.finish({ runId, stream: 'first' })
    expect(await statuses(runs)).toEqual(['succeeded', 'succeeded'])
  })

  test('a plan that moved makes a refused run', async () => {
    const runId = await runs.request('shop', { streams: ['first'] })
    await runs.finish({ runId, stream: 'first', state: 'failed', error: { code: 'plan_moved', detail: '' } })
    expect(await statuses(runs)).toEqual(['refused'])
  })
})
