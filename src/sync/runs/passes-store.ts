import type { Tx } from '#platform/database.ts'

/** Adds streams to a run that has not begun; those it has already stay as they are. */
export async function insertPasses(
  tx: Tx,
  run: { id: string; connection: string },
  passes: readonly { stream: string; place: number; after: readonly string[] }[],
): Promise<void> {
  await tx.count({
    text: `insert into sync_passes (run_id, connection, stream, place, after)
      select $1, $2, p.stream, p.place, p.after
      from jsonb_to_recordset($3) as p (stream text, place integer, after text[])
      on conflict (run_id, stream) do nothing`,
    values: [run.id, run.connection, JSON.stringify(passes)],
  })
}

/** Ends a pass that is open; false when it was over already. */
export async function updatePassEnded(
  tx: Tx,
  pass: { runId: string; stream: string },
  end: { state: 'succeeded' | 'failed' | 'parked' | 'cancelled'; code: string | null; detail: string | null },
): Promise<boolean> {
  const ended = await tx.count({
    name: 'sync_end_pass',
    text: `update sync_passes set state = $3, error_code = $4, error_detail = $5, finished_at = now(),
        started_at = coalesce(started_at, now()), lease_owner = null, lease_until = '-infinity', retry_at = null
      where run_id = $1 and stream = $2 and state in ('waiting', 'ready', 'running')`,
    values: [pass.runId, pass.stream, end.state, end.code, end.detail],
  })
  return ended === 1
}

/**
 * Readies the waiting passes of a run whose predecessors have ended. One that had begun was held still by a pause, which
 * is no lack of progress. Returns their streams.
 */
export async function readyPasses(tx: Tx, runId: string): Promise<string[]> {
  const rows = await tx.rows<{ stream: string }>({
    name: 'sync_ready_passes',
    text: `update sync_passes p set state = 'ready', progressed_at = case when p.started_at is not null then now() end
      where p.run_id = $1 and p.state = 'waiting' and not exists (
        select from sync_passes before where before.run_id = p.run_id and before.stream = any (p.after)
          and before.stream <> p.stream and before.state in ('waiting', 'ready', 'running'))
      returning p.stream`,
    values: [runId],
  })
  return rows.map((row) => row.stream)
}

/** Opens the approved passes of a run again. Returns their streams. */
export async function reopenApprovedPasses(tx: Tx, runId: string): Promise<string[]> {
  const rows = await tx.rows<{ stream: string }>({
    text: `update sync_passes set state = 'ready', finished_at = null, tries = 0, retry_at = null, progressed_at = now(),
        error_code = null, error_detail = null
      where run_id = $1 and state = 'parked' and approved_at is not null returning stream`,
    values: [runId],
  })
  return rows.map((row) => row.stream)
}

/** How many passes of a run stand where; `refused` are those among `failed` whose plan does not hold any more. */
export type PassTally = {
  open: number
  failed: number
  refused: number
  parked: number
  cancelled: number
  succeeded: number
}

/** Counts the passes of a run by state. */
export function tallyPasses(tx: Tx, runId: string): Promise<PassTally> {
  return tx.one<PassTally>({
    name: 'sync_tally_passes',
    text: `select count(*) filter (where state in ('waiting', 'ready', 'running')) as open,
        count(*) filter (where state = 'failed') as failed,
        count(*) filter (where state = 'failed' and error_code = 'plan_moved') as refused,
        count(*) filter (where state = 'parked') as parked,
        count(*) filter (where state = 'cancelled') as cancelled,
        count(*) filter (where state = 'succeeded') as succeeded
      from sync_passes where run_id = $1`,
    values: [runId],
  })
}

/** A page or an enumeration holds its pass until it commits: a person's word waits for that longer than others do. */
const PATIENCE = { text: `select set_config('lock_timeout', '30s', true)` }

/** Locks the passes of a run that a process may hold, in a fixed order. Comes before the connection's lock. */
export async function lockHeldPasses(tx: Tx, runId: string): Promise<void> {
  await tx.count(PATIENCE)
  await tx.count({
    text: `select 1 from sync_passes where run_id = $1 and state in ('ready', 'running') order by stream for update`,
    values: [runId],
  })
}

/** The same for all passes of a connection. */
export async function lockHeldConnection(tx: Tx, connection: string): Promise<void> {
  await tx.count(PATIENCE)
  await tx.count({
    text: `select 1 from sync_passes where connection = $1 and state in ('ready', 'running')
      order by run_id, stream for update`,
    values: [connection],
  })
}

/** Takes every open pass of a run away from whoever works on it and ends it as cancelled; parked ones too. */
export async function cancelPasses(tx: Tx, runId: string): Promise<void> {
  await tx.count({
    text: `update sync_passes set state = 'cancelled', finished_at = now(), epoch = epoch + 1, lease_owner = null,
        lease_until = '-infinity', retry_at = null
      where run_id = $1 and state in ('waiting', 'ready', 'running', 'parked')`,
    values: [runId],
  })
}

/** Makes the passes of a connection's running run wait, taking them away from whoever works on them. */
export async function suspendPasses(tx: Tx, connection: string): Promise<void> {
  await tx.count({
    text: `update sync_passes set state = 'waiting', epoch = epoch + 1, lease_owner = null, lease_until = '-infinity',
        retry_at = null
      where connection = $1 and state in ('ready', 'running')`,
    values: [connection],
  })
}

/** Notes that a person agreed to the deletes of a run's parked passes. Returns how many there are. */
export function approvePasses(tx: Tx, runId: string, by: string): Promise<number> {
  return tx.count({
    text: `update sync_passes set approved_at = now(), approved_by = $2
      where run_id = $1 and state = 'parked' and approved_at is null`,
    values: [runId, by],
  })
}

/** A pass that can be worked on now. */
export type WorkablePass = { connection: string; stream: string }

/**
 * Passes of these connections' running runs that nobody works on: ready and not postponed, or held by a process whose
 * lease ran out. By sync_passes_open.
 */
export function selectWorkablePasses(tx: Tx, connections: readonly string[]): Promise<WorkablePass[]> {
  return tx.rows<WorkablePass>({
    name: 'sync_workable_passes',
    text: `select p.connection, p.stream from sync_passes p join sync_runs r on r.id = p.run_id
      where p.connection = any ($1) and r.status = 'running'
        and (p.state = 'ready' or p.state = 'running' and p.lease_until < now())
        and (p.retry_at is null or p.retry_at <= now())
      order by p.run_id, p.place`,
    values: [connections],
  })
}
