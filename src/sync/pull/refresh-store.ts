import type { Tx } from '#platform/database.ts'
import type { PassCounts } from '../held-pass.ts'

/** Opens the run of a hint, over from the beginning: it never waits and nobody else works on it. Returns the time. */
export async function insertRefreshRun(
  tx: Tx,
  run: { runId: string; connection: string; stream: string },
): Promise<Date> {
  const { now } = await tx.one<{ now: Date }>({
    name: 'sync_insert_refresh',
    text: `with run as (
        insert into sync_runs (id, connection, trigger, kind, status, mode, started_at, finished_at)
        values ($1, $2, 'webhook', 'live', 'succeeded', 'changes', now(), now()) returning id)
      insert into sync_passes (run_id, connection, stream, place, state, started_at, finished_at)
      select id, $2, $3, 0, 'succeeded', now(), now() from run returning now()`,
    values: [run.runId, run.connection, run.stream],
  })
  return now
}

/** Writes the counts of a hint's run where both the run and its pass show them. */
export async function setRefreshCounts(
  tx: Tx,
  run: { runId: string; stream: string },
  counts: Omit<PassCounts, 'deleted' | 'pages'>,
): Promise<void> {
  const pass = tx.count({
    text: `update sync_passes set seen = $3, created = $4, updated = $5, unchanged = $6, stale = $7, rejected = $8
      where run_id = $1 and stream = $2`,
    values: [
      run.runId,
      run.stream,
      counts.seen,
      counts.created,
      counts.updated,
      counts.unchanged,
      counts.stale,
      counts.rejected,
    ],
  })
  const shown = tx.count({
    text: 'update sync_runs set streams = $2::jsonb where id = $1',
    values: [run.runId, JSON.stringify([{ stream: run.stream, deleted: 0, pages: 0, ...counts }])],
  })
  await pass
  await shown
}
