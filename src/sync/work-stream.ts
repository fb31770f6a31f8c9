import { isDatabaseAway, sqlState, type Tx } from '#platform/database.ts'
import type { Stream, WorkStream } from './connection.ts'
import { PassLost, type HeldPass, type TurnEnd } from './held-pass.ts'
import { holdPass } from './lease-pass.ts'
import { postponePass, releaseLease, selectIdleSeconds } from './pass-store.ts'
import { workPull } from './pull/work-pull.ts'
import { workPush } from './push/work-push.ts'
import { finishPass } from './runs/finish-pass.ts'
import type { SyncDeps, SyncTiming } from './sync-deps.ts'
import { SYNC_TIMING } from './sync-timing.ts'
import { workSteps } from './work-steps.ts'

/** What passes by itself: locks that others hold, and a process that slept in a transaction until it was ended. */
const PASSING = new Set(['40001', '40P01', '55P03', '25P03'])
/** Longer than any transaction waits for a lock. */
const PASSING_WAIT_MS = 5_000

/**
 * What came of looking after a stream. `idle`: no pass is open; `busy`: another process holds it; `more`: the turn ended
 * and the job was sent again; `later`: the same, postponed; `ended`: the pass has ended.
 */
export type Worked = { kind: 'idle' | 'busy' | 'more' | 'later' | 'ended' }

/**
 * Takes the lease of the stream's open pass and works one turn on it. Safe to call anywhere at any time: leases keep
 * two processes apart. Throws only when the database is away; the lease then runs out by itself.
 */
export async function workStream(
  deps: SyncDeps,
  connection: string,
  stream: string,
  signal: AbortSignal,
): Promise<Worked> {
  const definition = deps.connections.get(connection)?.streams.find(({ name }) => name === stream)
  if (definition === undefined) return { kind: 'idle' }
  const timing = { ...SYNC_TIMING, ...deps.timing }
  const lease = await holdPass(deps.db, connection, stream, timing, signal)
  if (lease.kind !== 'held') return lease
  const { pass } = lease
  try {
    const end = await takeTurn(deps, timing, pass, definition)
    return await endTurn(deps, timing, pass, end)
  } catch (error) {
    if (error instanceof PassLost) return { kind: 'busy' }
    throw error
  }
}

async function takeTurn(
  deps: SyncDeps,
  timing: SyncTiming,
  pass: HeldPass,
  stream: Stream,
): Promise<TurnEnd> {
  try {
    switch (stream.kind) {
      case 'pull':
        return await workPull(deps, timing, pass, stream)
      case 'push':
        return await workPush(deps, pass, stream)
      case 'work':
        return await workSteps(deps, pass, stream satisfies WorkStream)
    }
  } catch (error) {
    if (error instanceof PassLost || isDatabaseAway(error)) throw error
    if (pass.signal.aborted) return { kind: 'more' }
    const { connection, runId } = pass
    const state = sqlState(error)
    if (state !== undefined && PASSING.has(state)) {
      deps.log.warn({ err: error, connection, stream: stream.name, runId }, 'a pass waits for the database')
      const detail = `the database was busy (${state})`
      return { kind: 'later', afterMs: PASSING_WAIT_MS, code: 'database_busy', detail, countsAsTry: true }
    }
    deps.log.error({ err: error, connection, stream: stream.name, runId }, 'a pass failed unexpectedly')
    return {
      kind: 'failed',
      code: 'internal',
      detail: 'an unexpected error; the log of the worker tells which',
    }
  }
}

async function endTurn(deps: SyncDeps, timing: SyncTiming, pass: HeldPass, end: TurnEnd): Promise<Worked> {
  switch (end.kind) {
    case 'finished':
      return { kind: 'ended' }
    case 'more':
      return await deps.db.transaction('sync.hand-over', { role: 'worker' }, async (tx): Promise<Worked> => {
        await pass.hold(tx)
        await releaseLease(tx, pass)
        await deps.enqueue(tx, pass.connection, pass.stream)
        return { kind: 'more' }
      })
    case 'later':
      return await deps.db.transaction('sync.postpone', { role: 'worker' }, (tx) =>
        postpone(tx, deps, timing, pass, end),
      )
    case 'failed':
      return await deps.db.transaction('sync.fail-pass', { role: 'worker' }, (tx) =>
        fail(tx, deps, pass, end),
      )
  }
}

async function postpone(
  tx: Tx,
  deps: SyncDeps,
  timing: SyncTiming,
  pass: HeldPass,
  end: TurnEnd & { kind: 'later' },
): Promise<Worked> {
  const now = await pass.hold(tx)
  const idle = await selectIdleSeconds(tx, pass)
  if (idle > timing.stallSeconds)
    return await fail(tx, deps, pass, {
      code: 'stalled',
      detail: `no progress for ${Math.round(idle)} seconds, at last: ${end.code}, ${end.detail}`,
    })
  const retryAt = new Date(now.getTime() + end.afterMs)
  await postponePass(tx, pass, { ...end, retryAt })
  await deps.enqueue(tx, pass.connection, pass.stream, retryAt)
  return { kind: 'later' }
}

async function fail(
  tx: Tx,
  deps: SyncDeps,
  pass: HeldPass,
  error: { code: string; detail: string },
): Promise<Worked> {
  await pass.hold(tx)
  const { runId, connection, stream } = pass
  const { code, detail } = error
  await finishPass(tx, deps, { runId, connection, stream, state: 'failed', error: { code, detail } })
  return { kind: 'ended' }
}
