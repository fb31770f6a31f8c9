import { isUuid } from '#platform/ids.ts'
import type { PassView, Run, RunDetail } from '../run-view.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { pageSize, readName } from './page-size.ts'
import { selectRefusals, selectRun, selectRuns, type RunRow } from './run-view-store.ts'

/** Refused records shown with a run; all of them are in the list of dead letters. */
const REFUSALS_SHOWN = 50

/** The run with everything a person watching it wants to know, or undefined. */
export async function findRun(deps: Pick<SyncDeps, 'db'>, runId: string): Promise<RunDetail | undefined> {
  if (!isUuid(runId)) return undefined
  return await deps.db.transaction('sync.find-run', { role: 'worker' }, async (tx) => {
    const row = await selectRun(tx, runId)
    if (row === undefined) return undefined
    const streams = row.passes.filter((pass) => pass.rejected > 0).map((pass) => pass.stream)
    const refusals = streams.length === 0 ? [] : await selectRefusals(tx, { ...row, streams }, REFUSALS_SHOWN)
    const { mode, from, to, planOf, passes } = row
    const run = toRun(row)
    return { ...run, errors: [...run.errors, ...refusals], mode, from, to, planOf, passes }
  })
}

/** Runs, newest first; `cursor` is the `nextCursor` of the page before. */
export async function listRuns(
  deps: Pick<SyncDeps, 'db'>,
  query: { connection?: string; stream?: string; limit?: number; cursor?: string },
): Promise<{ runs: Run[]; nextCursor: string | null }> {
  const size = pageSize(query.limit)
  const rows = await deps.db.transaction('sync.list-runs', { role: 'worker' }, (tx) =>
    selectRuns(tx, {
      connection: readName(query.connection),
      stream: readName(query.stream),
      after: query.cursor !== undefined && isUuid(query.cursor) ? query.cursor : null,
      limit: size + 1,
    }),
  )
  const runs = rows.slice(0, size).map(toRun)
  return { runs, nextCursor: rows.length > size ? (runs.at(-1)?.runId ?? null) : null }
}

/** Counts and errors of a run stand with its passes; those of runs from before the engine with the run itself. */
function toRun(row: RunRow): Run {
  const { runId, connection, trigger, kind, status, startedAt, finishedAt } = row
  const streams = row.passes.map(
    ({ stream, seen, created, updated, unchanged, rejected, deleted, pages }) => ({
      stream,
      seen,
      created,
      updated,
      unchanged,
      rejected,
      deleted,
      pages,
    }),
  )
  return {
    runId,
    connection,
    trigger,
    kind,
    status,
    startedAt,
    finishedAt,
    streams: streams.length > 0 ? streams : row.streams,
    errors: [...row.passes.flatMap(endedBy), ...row.errors],
  }
}

/** What ended a pass badly. A pass that only waits shows its reason among the passes. */
function endedBy({ state, error }: PassView): Run['errors'] {
  return error !== null && (state === 'failed' || state === 'parked') ? [error] : []
}
