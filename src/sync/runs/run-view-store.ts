import type { Tx } from '#platform/database.ts'
import type { PassView, Run, RunMode } from '../run-view.ts'

/** A run with the passes it has; runs from before the engine have none, and their counts in `streams`. */
export type RunRow = Run & {
  mode: RunMode
  from: string | null
  to: string | null
  planOf: string | null
  passes: PassView[]
}

const RUN = `select r.id as "runId", r.connection, r.trigger, r.kind, r.status,
    to_json(r.started_at) as "startedAt", to_json(r.finished_at) as "finishedAt", r.streams, r.errors, r.mode,
    to_json(r.range_from) as "from", to_json(r.range_to) as "to", r.plan_of as "planOf", p.passes
  from sync_runs r cross join lateral (
    select coalesce(json_agg(json_build_object('stream', stream, 'state', state, 'seen', seen, 'created', created,
      'updated', updated, 'unchanged', unchanged + stale, 'stale', stale, 'rejected', rejected, 'deleted', deleted,
      'pages', pages, 'missing', missing, 'startedAt', started_at, 'finishedAt', finished_at, 'retryAt', retry_at,
      'error', case when error_code is not null then
        json_build_object('code', error_code, 'detail', coalesce(error_detail, '')) end) order by place), '[]') as passes
    from sync_passes where run_id = r.id) p`

/** The run, or undefined. */
export function selectRun(tx: Tx, runId: string): Promise<RunRow | undefined> {
  return tx.maybe<RunRow>({ name: 'sync_find_run', text: `${RUN} where r.id = $1`, values: [runId] })
}

/** Runs before `after`, newest first. Run ids grow with time. */
export function selectRuns(
  tx: Tx,
  query: { connection: string | null; stream: string | null; after: string | null; limit: number },
): Promise<RunRow[]> {
  return tx.rows<RunRow>({
    text: `${RUN}
      where ($1::text is null or r.connection = $1) and ($2::uuid is null or r.id < $2)
        and ($3::text is null or r.streams @> jsonb_build_array(jsonb_build_object('stream', $3::text))
          or exists (select from sync_passes s where s.run_id = r.id and s.stream = $3))
      order by r.id desc limit $4`,
    values: [query.connection, query.after, query.stream, query.limit],
  })
}

/** The newest refusals of records that a run met and that are still open. By sync_dead_letters_list. */
export function selectRefusals(
  tx: Tx,
  run: { runId: string; connection: string; streams: readonly string[] },
  limit: number,
): Promise<{ code: string; detail: string; record: string }[]> {
  return tx.rows({
    text: `select code, detail, record_key as record from sync_dead_letters
      where connection = $2 and stream = any ($3) and state = 'open' and last_run = $1 order by id limit $4`,
    values: [run.runId, run.connection, run.streams, limit],
  })
}
