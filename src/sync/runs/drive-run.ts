import { setTimeout as wait } from 'node:timers/promises'
import { isUuid } from '#platform/ids.ts'
import type { RunDetail, RunStatus } from '../run-view.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { workStream } from '../work-stream.ts'
import { findRun } from './find-run.ts'
import { selectWorkablePasses } from './passes-store.ts'
import { selectRunState } from './runs-store.ts'
import { sweepConnection } from './sweep-sync.ts'

/** Between two looks at a run that another process works on: quick enough to watch, rare enough to cost nothing. */
const LOOK_EVERY_MS = 200

/**
 * Works on a run here, beside whatever workers do, until it has ended or `signal` fires; returns it as it is then, or
 * undefined when there is none. A run that waits is helped by working on the one before it. Leases keep the processes
 * apart, so driving the same run from several places is harmless.
 */
export async function driveRun(
  deps: SyncDeps,
  runId: string,
  signal: AbortSignal,
): Promise<RunDetail | undefined> {
  const atWork = new Map<string, Promise<void>>()
  try {
    for (;;) {
      const run = await look(deps, runId)
      if (run === undefined || signal.aborted || !isOpen(run.status)) return await findRun(deps, runId)
      if (run.status === 'queued') await sweepConnection(deps, run.connection)
      await beginWork(deps, run.connection, atWork, signal)
      await Promise.race([pause(signal), ...atWork.values()])
    }
  } finally {
    await Promise.all(atWork.values())
  }
}

async function look(
  deps: SyncDeps,
  runId: string,
): Promise<{ connection: string; status: RunStatus } | undefined> {
  if (!isUuid(runId)) return undefined
  return await deps.db.transaction('sync.look-at-run', { role: 'worker' }, (tx) => selectRunState(tx, runId))
}

function isOpen(status: RunStatus): boolean {
  return status === 'queued' || status === 'running'
}

/** Starts a turn on every stream that can be worked on and is not worked on here. */
async function beginWork(
  deps: SyncDeps,
  connection: string,
  atWork: Map<string, Promise<void>>,
  signal: AbortSignal,
): Promise<void> {
  const passes = await deps.db.transaction('sync.look-for-work', { role: 'worker' }, (tx) =>
    selectWorkablePasses(tx, [connection]),
  )
  for (const { stream } of passes) {
    if (atWork.has(stream)) continue
    atWork.set(
      stream,
      takeTurn(deps, connection, stream, signal).finally(() => atWork.delete(stream)),
    )
  }
}

/** One turn. When there was nothing to do it ends a moment later, so that the caller does not spin. */
async function takeTurn(
  deps: SyncDeps,
  connection: string,
  stream: string,
  signal: AbortSignal,
): Promise<void> {
  const turn = await workStream(deps, connection, stream, signal)
  if (turn.kind !== 'more' && turn.kind !== 'ended') await pause(signal)
}

async function pause(signal: AbortSignal): Promise<void> {
  await wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
}
