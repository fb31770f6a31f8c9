import type { Database, Tx } from '#platform/database.ts'
import type { Run, RunStream } from '../sync-run.ts'

/** A run that is still open after this belongs to a process that died; a pull takes seconds. */
export const RUN_TIMEOUT_MINUTES = 15

const RUN_COLUMNS = `id as "runId", connection, trigger, kind, status, to_json(started_at) as "startedAt",
  to_json(finished_at) as "finishedAt", streams, errors`

/**
 * Opens a run of a connection; false while another one is open. One that outlived `RUN_TIMEOUT_MINUTES`, by the
 * database's clock, is closed as failed and taken over.
 */
export async function openRun(
  tx: Tx,
  run: Pick<Run, 'runId' | 'connection' | 'trigger' | 'kind'>,
): Promise<boolean> {
  await tx.count({
    text: `update sync_runs set status = 'failed', finished_at = now(),
        errors = '[{"code":"taken_over","detail":"no end was reported; the next run took over"}]'
      where connection = $1 and status = 'running' and started_at < now() - make_interval(mins => $2)`,
    values: [run.connection, RUN_TIMEOUT_MINUTES],
  })
  const opened = await tx.count({
    text: `insert into sync_runs (id, connection, trigger, kind, status) values ($1, $2, $3, $4, 'running')
      on conflict (connection) where status = 'running' do nothing`,
    values: [run.runId, run.connection, run.trigger, run.kind],
  })
  return opened === 1
}

/** Locks the run until commit; false when it was taken over, and its process must stop writing. */
export async function holdRun(tx: Tx, runId: string): Promise<boolean> {
  const rows = await tx.count({
    name: 'catalog_hold_run',
    text: `select 1 from sync_runs where id = $1 and status = 'running' for update`,
    values: [runId],
  })
  return rows === 1
}

/** Closes an open run and returns it; undefined when it was taken over meanwhile. */
export function closeRun(
  tx: Tx,
  runId: string,
  end: { status: Run['status']; streams: RunStream[]; errors: Run['errors'] },
): Promise<Run | undefined> {
  return tx.maybe<Run>({
    text: `update sync_runs set status = $2, streams = $3, errors = $4, finished_at = now()
      where id = $1 and status = 'running' returning ${RUN_COLUMNS}`,
    values: [runId, end.status, JSON.stringify(end.streams), JSON.stringify(end.errors)],
  })
}

/** The run, or undefined. */
export async function selectRun(db: Database, runId: string): Promise<Run | undefined> {
  const rows = await db.once<Run>(
    'catalog.find-run',
    { role: 'worker' },
    {
      text: `select ${RUN_COLUMNS} from sync_runs where id = $1`,
      values: [runId],
    },
  )
  return rows[0]
}

/** Runs before `after`, newest first. Run ids grow with time. */
export function selectRuns(
  db: Database,
  query: { connection: string | null; stream: string | null; after: string | null; limit: number },
): Promise<Run[]> {
  return db.once<Run>(
    'catalog.list-runs',
    { role: 'worker' },
    {
      text: `select ${RUN_COLUMNS} from sync_runs
      where ($1::text is null or connection = $1) and ($2::uuid is null or id < $2)
        and ($3::text is null or streams @> jsonb_build_array(jsonb_build_object('stream', $3::text)))
      order by id desc limit $4`,
      values: [query.connection, query.after, query.stream, query.limit],
    },
  )
}
