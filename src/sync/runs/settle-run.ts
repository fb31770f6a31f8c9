import type { Tx } from '#platform/database.ts'
import type { RunStatus } from '../run-view.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { readyPasses, reopenApprovedPasses, tallyPasses, type PassTally } from './passes-store.ts'
import { selectNextRun, updateRunEnded, updateRunStarted } from './runs-store.ts'

/**
 * Brings a running run forward: readies the passes that may begin, with their jobs; ends the run when all its passes
 * have ended and lets the next one begin. On a paused connection nothing begins. Needs the connection's lock; changes
 * nothing when repeated.
 */
export async function settleRun(
  tx: Tx,
  deps: SyncDeps,
  run: { runId: string; connection: string; isPaused: boolean },
): Promise<void> {
  const tally = await tallyPasses(tx, run.runId)
  if (tally.open === 0) await updateRunEnded(tx, run.runId, statusOf(tally))
  if (run.isPaused) return
  if (tally.open === 0) await startNextRun(tx, deps, run.connection)
  else await enqueueAll(tx, deps, run.connection, await readyPasses(tx, run.runId))
}

/** Lets the connection's next run begin unless one goes on. Needs the connection's lock; not for a paused one. */
export async function startNextRun(tx: Tx, deps: SyncDeps, connection: string): Promise<void> {
  const runId = await selectNextRun(tx, connection)
  if (runId === undefined) return
  await updateRunStarted(tx, runId)
  await enqueueAll(tx, deps, connection, await reopenApprovedPasses(tx, runId))
  await settleRun(tx, deps, { runId, connection, isPaused: false })
}

/** How a run ended whose passes have all ended. */
export function statusOf(tally: PassTally): RunStatus {
  if (tally.failed > tally.refused) return 'failed'
  if (tally.refused > 0) return 'refused'
  if (tally.parked > 0) return 'needs_approval'
  if (tally.cancelled > 0) return 'cancelled'
  return 'succeeded'
}

async function enqueueAll(
  tx: Tx,
  deps: SyncDeps,
  connection: string,
  streams: readonly string[],
): Promise<void> {
  for (const stream of streams) await deps.enqueue(tx, connection, stream)
}
