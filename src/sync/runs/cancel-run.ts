import { isUuid } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { Run, RunStatus } from '../run-view.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { lockConnection } from './connections-store.ts'
import { findRun } from './find-run.ts'
import { cancelPasses, lockHeldPasses } from './passes-store.ts'
import { selectRunState, updateRunEnded } from './runs-store.ts'
import { startNextRun } from './settle-run.ts'

/** A run that waits, works, or waits for approval can be called off. */
const CANCELLABLE: readonly RunStatus[] = ['queued', 'running', 'needs_approval']

/**
 * Ends a run: whoever works on it writes nothing more, what was applied stays, and the next run continues at its
 * checkpoint. The connection's next run begins in the same transaction.
 */
export async function cancelRun(
  deps: SyncDeps,
  runId: string,
): Promise<Result<Run, { code: 'not_found' | 'already_over' }>> {
  if (!isUuid(runId)) return err({ code: 'not_found' })
  const cancelled = await deps.db.transaction(
    'sync.cancel-run',
    { role: 'worker' },
    async (tx): Promise<Result<void, { code: 'not_found' | 'already_over' }>> => {
      const run = await selectRunState(tx, runId)
      if (run === undefined) return err({ code: 'not_found' })
      await lockHeldPasses(tx, runId)
      const connection = await lockConnection(tx, run.connection)
      const now = await selectRunState(tx, runId)
      if (now === undefined || !CANCELLABLE.includes(now.status)) return err({ code: 'already_over' })
      await cancelPasses(tx, runId)
      await updateRunEnded(tx, runId, 'cancelled')
      if (!connection?.isPaused) await startNextRun(tx, deps, run.connection)
      return ok(undefined)
    },
  )
  if (!cancelled.ok) return cancelled
  const run = await findRun(deps, runId)
  return run === undefined ? err({ code: 'not_found' }) : ok(run)
}
