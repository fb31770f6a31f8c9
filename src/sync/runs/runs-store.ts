import type { Tx } from '#platform/database.ts'
import type { RunMode, RunStatus, RunTrigger } from '../run-view.ts'

/** What a run is asked to do; runs that wait and agree in everything but `trigger` are one. */
export type Wish = {
  connection: string
  trigger: RunTrigger
  kind: 'live' | 'dry'
  mode: RunMode
  from: Date | null
  to: Date | null
  planOf: string | null
}

/** Queues a run; false when an equal one waits already. Needs the connection's lock. */
export async function insertQueuedRun(tx: Tx, id: string, wish: Wish): Promise<boolean> {
  const inserted = await tx.count({
    text: `insert into sync_runs (id, connection, trigger, kind, status, mode, range_from, range_to, plan_of)
      values ($1, $2, $3, $4, 'queued', $5, $6, $7, $8)
      on conflict (connection, kind, mode, range_from, range_to, plan_of) where status = 'queued' do nothing`,
    values: [id, wish.connection, wish.trigger, wish.kind, wish.mode, wish.from, wish.to, wish.planOf],
  })
  return inserted === 1
}

/** The waiting run that agrees with a wish. Throws when there is none. */
export async function selectWaitingRun(tx: Tx, wish: Wish): Promise<string> {
  const { id } = await tx.one<{ id: string }>({
    text: `select id from sync_runs where status = 'queued' and connection = $1 and kind = $2 and mode = $3
      and range_from is not distinct from $4 and range_to is not distinct from $5
      and plan_of is not distinct from $6`,
    values: [wish.connection, wish.kind, wish.mode, wish.from, wish.to, wish.planOf],
  })
  return id
}

/** What a dry run was asked and how it stands; undefined when no dry run has this id. */
export function selectPlan(
  tx: Tx,
  runId: string,
): Promise<
  | {
      connection: string
      status: RunStatus
      mode: RunMode
      from: Date | null
      to: Date | null
      streams: string[]
    }
  | undefined
> {
  return tx.maybe({
    text: `select connection, status, mode, range_from as "from", range_to as "to",
        array(select stream from sync_passes where run_id = id order by place) as streams
      from sync_runs where id = $1 and kind = 'dry'`,
    values: [runId],
  })
}

/** Connection and status of a run, or undefined. */
export function selectRunState(
  tx: Tx,
  runId: string,
): Promise<{ connection: string; status: RunStatus } | undefined> {
  return tx.maybe({
    text: `select connection, status from sync_runs where id = $1`,
    values: [runId],
  })
}

/**
 * The run that may begin now: one whose deletes were agreed to, else the one that waits longest. Undefined while
 * another run of the connection goes on. Needs the connection's lock. By sync_runs_one_waiting and sync_passes_open.
 */
export async function selectNextRun(tx: Tx, connection: string): Promise<string | undefined> {
  const next = await tx.maybe<{ id: string }>({
    name: 'sync_next_run',
    text: `select id from (
        select id, queued_at, 1 as turn from sync_runs where connection = $1 and status = 'queued'
        union all
        select r.id, r.queued_at, 0 from sync_passes p join sync_runs r on r.id = p.run_id
        where p.connection = $1 and p.state = 'parked' and p.approved_at is not null and r.status = 'needs_approval') next
      where not exists (select from sync_runs r where r.connection = $1 and r.status = 'running')
      order by turn, queued_at, id limit 1`,
    values: [connection],
  })
  return next?.id
}

/** Marks a run as going on. A run that continues after approval keeps when it began. */
export async function updateRunStarted(tx: Tx, runId: string): Promise<void> {
  await tx.count({
    text: `update sync_runs set status = 'running', finished_at = null,
        started_at = case when status = 'queued' then now() else started_at end
      where id = $1`,
    values: [runId],
  })
}

/** Ends a run. */
export async function updateRunEnded(tx: Tx, runId: string, status: RunStatus): Promise<void> {
  await tx.count({
    text: `update sync_runs set status = $2, finished_at = now(),
        cancel_requested_at = case when $2 = 'cancelled' then now() end
      where id = $1`,
    values: [runId, status],
  })
}

/** The connection's run that goes on, or undefined. */
export async function selectRunningRun(tx: Tx, connection: string): Promise<string | undefined> {
  const run = await tx.maybe<{ id: string }>({
    name: 'sync_running_run',
    text: `select id from sync_runs where connection = $1 and status = 'running'`,
    values: [connection],
  })
  return run?.id
}
