import { storableJson } from '#platform/array-literal.ts'
import type { Tx } from '#platform/database.ts'
import type { PassCounts } from './held-pass.ts'
import type { RunMode } from './run-view.ts'

/** A pass as the process that just took its lease finds it. */
export type LeasedPass = {
  runId: string
  epoch: number
  kind: 'live' | 'dry'
  mode: RunMode
  from: Date | null
  to: Date | null
  runStartedAt: Date
  generationId: string | null
  isBound: boolean
  planSum: string | null
  isApproved: boolean
  tries: number
}

export type PassKey = { runId: string; stream: string; epoch: number }

/**
 * Takes the lease of a stream's pass that is ready or whose holder's lease ran out; undefined when there is none. Skips
 * a pass whose row is locked: its holder is at work. By sync_passes_open.
 */
export function leasePass(
  tx: Tx,
  connection: string,
  stream: string,
  lease: { owner: string; seconds: number },
): Promise<LeasedPass | undefined> {
  return tx.maybe<LeasedPass>({
    name: 'sync_lease_pass',
    text: `with free as (
        select p.run_id from sync_passes p join sync_runs r on r.id = p.run_id
        where p.connection = $1 and p.stream = $2 and p.state in ('ready', 'running') and r.status = 'running'
          and p.lease_until < clock_timestamp() and (p.retry_at is null or p.retry_at <= clock_timestamp())
        order by p.run_id limit 1 for update of p skip locked)
      update sync_passes p set state = 'running', epoch = p.epoch + 1, lease_owner = $3,
        lease_until = clock_timestamp() + make_interval(secs => $4), started_at = coalesce(p.started_at, now())
      from free join sync_runs r on r.id = free.run_id
      where p.run_id = free.run_id and p.stream = $2
      returning p.run_id as "runId", p.epoch, r.kind, r.mode, r.range_from as "from", r.range_to as "to",
        r.started_at as "runStartedAt", p.generation_id as "generationId", r.plan_of is not null as "isBound",
        (select plan.plan_sum from sync_passes plan where plan.run_id = r.plan_of and plan.stream = $2) as "planSum",
        p.approved_at is not null as "isApproved", p.tries`,
    values: [connection, stream, lease.owner, lease.seconds],
  })
}

/** Why no lease was to be had. */
export function findOpenPass(
  tx: Tx,
  connection: string,
  stream: string,
): Promise<{ isPostponed: boolean } | undefined> {
  return tx.maybe<{ isPostponed: boolean }>({
    text: `select coalesce(bool_and(p.retry_at > clock_timestamp() and p.lease_until < clock_timestamp()), false)
        as "isPostponed"
      from sync_passes p join sync_runs r on r.id = p.run_id
      where p.connection = $1 and p.stream = $2 and p.state in ('ready', 'running') and r.status = 'running'
      having count(*) > 0`,
    values: [connection, stream],
  })
}

/** Renews the lease and locks the pass; no row when it is not ours any more. By the primary key. */
export function renewLease(tx: Tx, pass: PassKey, seconds: number): Promise<{ now: Date } | undefined> {
  return tx.maybe<{ now: Date }>({
    name: 'sync_hold_pass',
    text: `update sync_passes set lease_until = clock_timestamp() + make_interval(secs => $4)
      where run_id = $1 and stream = $2 and epoch = $3 and state = 'running' returning now()`,
    values: [pass.runId, pass.stream, pass.epoch, seconds],
  })
}

/** Adds to the counts of a pass that the transaction holds. What it waited for is over. */
export async function addCounts(tx: Tx, pass: PassKey, counts: Partial<PassCounts>): Promise<void> {
  await tx.count({
    name: 'sync_count_pass',
    text: `update sync_passes set seen = seen + $3, created = created + $4, updated = updated + $5,
        unchanged = unchanged + $6, stale = stale + $7, rejected = rejected + $8, deleted = deleted + $9,
        pages = pages + $10, progressed_at = now(), tries = 0, retry_at = null, error_code = null, error_detail = null
      where run_id = $1 and stream = $2`,
    values: [
      pass.runId,
      pass.stream,
      counts.seen ?? 0,
      counts.created ?? 0,
      counts.updated ?? 0,
      counts.unchanged ?? 0,
      counts.stale ?? 0,
      counts.rejected ?? 0,
      counts.deleted ?? 0,
      counts.pages ?? 0,
    ],
  })
}

/** Gives the lease back, so that the pass can be taken at once. */
export async function releaseLease(tx: Tx, pass: PassKey): Promise<void> {
  await tx.count({
    text: `update sync_passes set lease_until = '-infinity', lease_owner = null where run_id = $1 and stream = $2`,
    values: [pass.runId, pass.stream],
  })
}

/** Gives the lease back and says when to go on, and why not now. */
export async function postponePass(
  tx: Tx,
  pass: PassKey,
  wait: { retryAt: Date; code: string; detail: string; countsAsTry: boolean },
): Promise<void> {
  await tx.count({
    text: `update sync_passes set lease_until = '-infinity', lease_owner = null, retry_at = $3, error_code = $4,
        error_detail = $5, tries = tries + $6 where run_id = $1 and stream = $2`,
    values: [
      pass.runId,
      pass.stream,
      wait.retryAt,
      wait.code,
      wait.detail.slice(0, 500),
      wait.countsAsTry ? 1 : 0,
    ],
  })
}

/** How long a pass has been without progress. */
export async function selectIdleSeconds(tx: Tx, pass: PassKey): Promise<number> {
  const { seconds } = await tx.one<{ seconds: number }>({
    text: `select extract(epoch from now() - coalesce(progressed_at, started_at, now()))::float8 as seconds
      from sync_passes where run_id = $1 and stream = $2`,
    values: [pass.runId, pass.stream],
  })
  return seconds
}

/** Binds a pass to a generation. */
export async function setPassGeneration(tx: Tx, pass: PassKey, generationId: string): Promise<void> {
  await tx.count({
    text: 'update sync_passes set generation_id = $3 where run_id = $1 and stream = $2',
    values: [pass.runId, pass.stream, generationId],
  })
}

/** Frees a pass from its generation. A person's word on missing records was about that one, and ends with it. */
export async function freePass(tx: Tx, pass: PassKey): Promise<void> {
  await tx.count({
    text: `update sync_passes set generation_id = null, approved_at = null, approved_by = null
      where run_id = $1 and stream = $2`,
    values: [pass.runId, pass.stream],
  })
}

/** Notes how many records a complete enumeration did not name. */
export async function setMissing(tx: Tx, pass: PassKey, missing: number): Promise<void> {
  await tx.count({
    text: 'update sync_passes set missing = $3 where run_id = $1 and stream = $2',
    values: [pass.runId, pass.stream, missing],
  })
}

/** Empties the counts of a dry pass, which begins again. */
export async function resetCounts(tx: Tx, pass: PassKey): Promise<void> {
  await tx.count({
    text: `update sync_passes set seen = 0, created = 0, updated = 0, unchanged = 0, stale = 0, rejected = 0,
      deleted = 0, pages = 0, missing = 0 where run_id = $1 and stream = $2`,
    values: [pass.runId, pass.stream],
  })
}

/** Adds errors to those that a run shows, up to `limit` in all. Locks the run's row. */
export async function addErrors(
  tx: Tx,
  runId: string,
  errors: readonly { code: string; detail: string; record?: string }[],
  limit: number,
): Promise<void> {
  await tx.count({
    text: `update sync_runs set errors = jsonb_path_query_array(errors || $2::jsonb, '$[0 to $last]',
        jsonb_build_object('last', $3::int - 1)) where id = $1 and jsonb_array_length(errors) < $3`,
    values: [runId, storableJson(errors), limit],
  })
}

/** Whether a pass has not brought any record forward yet. */
export async function isUntouched(tx: Tx, pass: PassKey): Promise<boolean> {
  const { is } = await tx.one<{ is: boolean }>({
    text: 'select seen = 0 as is from sync_passes where run_id = $1 and stream = $2',
    values: [pass.runId, pass.stream],
  })
  return is
}
