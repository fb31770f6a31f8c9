import { isUuid } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { Run } from '../run-view.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { lockConnection } from './connections-store.ts'
import { findRun } from './find-run.ts'
import { approvePasses } from './passes-store.ts'
import { selectRunState } from './runs-store.ts'
import { startNextRun } from './settle-run.ts'

/**
 * Lets a run that waits for approval take the missing records out of use. It goes on at once, or as the next one when
 * another run of the connection works or the connection is paused.
 */
export async function approveRun(
  deps: SyncDeps,
  runId: string,
  by: string,
): Promise<Result<Run, { code: 'not_found' | 'nothing_to_approve' }>> {
  if (!isUuid(runId)) return err({ code: 'not_found' })
  const approved = await deps.db.transaction(
    'sync.approve-run',
    { role: 'worker' },
    async (tx): Promise<Result<void, { code: 'not_found' | 'nothing_to_approve' }>> => {
      const run = await selectRunState(tx, runId)
      if (run === undefined) return err({ code: 'not_found' })
      const connection = await lockConnection(tx, run.connection)
      const now = await selectRunState(tx, runId)
      const waits = now?.status === 'needs_approval'
      if (!waits || (await approvePasses(tx, runId, by)) === 0) return err({ code: 'nothing_to_approve' })
      if (!connection?.isPaused) await startNextRun(tx, deps, run.connection)
      return ok(undefined)
    },
  )
  if (!approved.ok) return approved
  const run = await findRun(deps, runId)
  return run === undefined ? err({ code: 'not_found' }) : ok(run)
}
