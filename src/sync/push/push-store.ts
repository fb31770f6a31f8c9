import type { Tx } from '#platform/database.ts'
import type { PushKey } from './push-key.ts'

export type PushRow = {
  wantVersion: number
  sentVersion: number
  refusedVersion: number
  settled: number
  wishedAt: Date
  pushedParent: string | null
  tries: number
  needsReview: boolean
  isPostponed: boolean
}

/**
 * Which records a pass looks for. `replayOf`: only those whose letter the run has not tried yet. `wishedBefore`: only
 * those that nobody has wished for since, because a run may only carry out what was planned.
 */
export type PushScope = {
  connection: string
  stream: string
  parentEntity: string | null
  replayOf: string | null
  wishedBefore: Date | null
}

const OUTSTANDING = `p.sent_version < p.want_version and p.refused_version < p.want_version and not p.needs_review`

/** Records that want to be sent: $1 to $4. The text differs for replays, so that each kind can use its index. */
function wanted(scope: PushScope): string {
  const which =
    scope.replayOf === null
      ? `${OUTSTANDING} and $3::uuid is null`
      : `exists (select from sync_dead_letters d where d.connection = $1 and d.stream = $2
          and d.record_key = p.local_id::text and d.state = 'open' and d.last_run is distinct from $3::uuid)`
  return `p.connection = $1 and p.stream = $2 and ${which} and ($4::timestamptz is null or p.wished_at <= $4)`
}

/** Those of them whose parent, if they wait for one, is known over there: $1 to $5. */
function ready(scope: PushScope): string {
  return `${wanted(scope)} and (p.waits_for is null or exists (select from sync_records r
    where r.connection = $1 and r.entity = $5 and r.local_id = p.waits_for and r.gone_at is null))`
}

function wantedValues(scope: PushScope): unknown[] {
  return [scope.connection, scope.stream, scope.replayOf, scope.wishedBefore]
}

function readyValues(scope: PushScope): unknown[] {
  return [...wantedValues(scope), scope.parentEntity]
}

/** Wishes one more version of a record to be sent. Locks the record's row until commit. By the primary key. */
export async function upsertWish(tx: Tx, key: PushKey): Promise<void> {
  await tx.count({
    name: 'sync_want_push',
    text: `insert into sync_pushes as p (connection, stream, local_id) values ($1, $2, $3)
      on conflict (connection, stream, local_id) do update
        set want_version = p.want_version + 1, wished_at = now(), waits_for = null, updated_at = now()`,
    values: [key.connection, key.stream, key.localId],
  })
}

/** The records that are due, longest waiting first. By sync_pushes_due, a replay by sync_dead_letters_list. */
export async function selectDuePushes(tx: Tx, scope: PushScope, limit: number): Promise<string[]> {
  const rows = await tx.rows<{ localId: string }>({
    text: `select p.local_id as "localId" from sync_pushes p
      where ${ready(scope)} and p.next_at <= now() order by p.next_at, p.local_id limit $6`,
    values: [...readyValues(scope), limit],
  })
  return rows.map((row) => row.localId)
}

/** Records after an id in the order of ids, whether due, put off or waiting for a parent: for a plan. */
export async function selectWantedPushes(
  tx: Tx,
  scope: PushScope,
  page: { after: string; limit: number },
): Promise<string[]> {
  const rows = await tx.rows<{ localId: string }>({
    text: `select p.local_id as "localId" from sync_pushes p
      where ${wanted(scope)} and p.local_id > $5 order by p.local_id limit $6`,
    values: [...wantedValues(scope), page.after, page.limit],
  })
  return rows.map((row) => row.localId)
}

/** How many records still want to be sent, and the time until the first of them is due; zero when it is now. */
export function selectRemainder(tx: Tx, scope: PushScope): Promise<{ waiting: number; ms: number | null }> {
  return tx.one({
    text: `select count(*) as waiting,
        case when count(*) > 0 then greatest(0, 1000 * extract(epoch from min(p.next_at) - now()))::float8 end as ms
      from sync_pushes p where ${ready(scope)}`,
    values: readyValues(scope),
  })
}

/** What is wanted and sent of a record, with its row locked; undefined when it was never wanted. */
export function lockPush(tx: Tx, key: PushKey): Promise<PushRow | undefined> {
  return tx.maybe<PushRow>({
    name: 'sync_lock_push',
    text: `select want_version as "wantVersion", sent_version as "sentVersion", refused_version as "refusedVersion",
        settled_attempts as settled, wished_at as "wishedAt", pushed_parent as "pushedParent", tries, needs_review as "needsReview",
        next_at > now() as "isPostponed"
      from sync_pushes where connection = $1 and stream = $2 and local_id = $3 for update`,
    values: [key.connection, key.stream, key.localId],
  })
}

/** The same without a lock, for a plan. */
export function selectPush(tx: Tx, key: PushKey): Promise<PushRow | undefined> {
  return tx.maybe<PushRow>({
    text: `select want_version as "wantVersion", sent_version as "sentVersion", refused_version as "refusedVersion",
        settled_attempts as settled, wished_at as "wishedAt", pushed_parent as "pushedParent", tries, needs_review as "needsReview",
        next_at > now() as "isPostponed"
      from sync_pushes where connection = $1 and stream = $2 and local_id = $3`,
    values: [key.connection, key.stream, key.localId],
  })
}

/** Notes that the system has a version, or needs none. Never goes back. `parent` null leaves what it was told of it. */
export async function setSent(
  tx: Tx,
  key: PushKey,
  sent: { version: number; parent: string | null; settled: 0 | 1 },
): Promise<void> {
  await tx.count({
    name: 'sync_push_sent',
    text: `update sync_pushes set sent_version = greatest(sent_version, $4),
        pushed_parent = coalesce($5, pushed_parent), settled_attempts = settled_attempts + $6, waits_for = null,
        tries = 0, next_at = now(), needs_review = false, review_reason = null, updated_at = now()
      where connection = $1 and stream = $2 and local_id = $3`,
    values: [key.connection, key.stream, key.localId, sent.version, sent.parent, sent.settled],
  })
}

/** Notes that a version is refused: it is not tried again by itself. */
export async function setRefused(tx: Tx, key: PushKey, version: number): Promise<void> {
  await tx.count({
    text: `update sync_pushes set refused_version = greatest(refused_version, $4),
        settled_attempts = settled_attempts + 1, tries = 0, next_at = now(), needs_review = false,
        review_reason = null, updated_at = now()
      where connection = $1 and stream = $2 and local_id = $3`,
    values: [key.connection, key.stream, key.localId, version],
  })
}

/** Notes that an attempt is over without a decision on the record, which is due at once. */
export async function addSettled(tx: Tx, key: PushKey): Promise<void> {
  await tx.count({
    text: `update sync_pushes set settled_attempts = settled_attempts + 1, updated_at = now()
      where connection = $1 and stream = $2 and local_id = $3`,
    values: [key.connection, key.stream, key.localId],
  })
}

/** Puts a record off. `isTry` lets the next wait be longer. */
export async function postponePush(
  tx: Tx,
  key: PushKey,
  wait: { ms: number; isTry: boolean },
): Promise<void> {
  await tx.count({
    text: `update sync_pushes set next_at = now() + make_interval(secs => $4), tries = tries + $5, updated_at = now()
      where connection = $1 and stream = $2 and local_id = $3`,
    values: [key.connection, key.stream, key.localId, wait.ms / 1000, wait.isTry ? 1 : 0],
  })
}

/** Lets a record wait for its parent, or for nothing. */
export async function setWaitsFor(tx: Tx, key: PushKey, parentId: string): Promise<void> {
  await tx.count({
    text: `update sync_pushes set waits_for = $4, updated_at = now()
      where connection = $1 and stream = $2 and local_id = $3`,
    values: [key.connection, key.stream, key.localId, parentId],
  })
}

/** Hands a record to a person. */
export async function setReview(tx: Tx, key: PushKey, reason: string): Promise<void> {
  await tx.count({
    text: `update sync_pushes set needs_review = true, review_reason = $4, tries = 0, next_at = now(),
        updated_at = now()
      where connection = $1 and stream = $2 and local_id = $3`,
    values: [key.connection, key.stream, key.localId, reason],
  })
}

/** Takes a record back from the person who decided. */
export async function clearReview(tx: Tx, key: PushKey): Promise<void> {
  await tx.count({
    text: `update sync_pushes set needs_review = false, review_reason = null, tries = 0, next_at = now(),
        updated_at = now()
      where connection = $1 and stream = $2 and local_id = $3`,
    values: [key.connection, key.stream, key.localId],
  })
}

/** Resolves the letter that asked a person to decide. By sync_dead_letters_one_open. */
export async function resolveReviewLetter(tx: Tx, key: PushKey): Promise<void> {
  await tx.count({
    text: `update sync_dead_letters set state = 'resolved', closed_at = now()
      where connection = $1 and stream = $2 and state = 'open' and record_key = $3::text`,
    values: [key.connection, key.stream, key.localId],
  })
}

/**
 * Whether a stream has something to send that no live pass is there for, on a connection that may be called. By
 * sync_pushes_due and sync_passes_open.
 */
export async function hasUnattended(tx: Tx, scope: PushScope): Promise<boolean> {
  const { has } = await tx.one<{ has: boolean }>({
    text: `select exists (select from sync_pushes p where ${ready(scope)} and p.next_at <= now())
      and not exists (select from sync_passes q join sync_runs r on r.id = q.run_id
        where q.connection = $1 and q.stream = $2 and q.state in ('waiting', 'ready', 'running')
          and r.kind = 'live' and r.mode <> 'replay' and r.status in ('queued', 'running'))
      and not exists (select from sync_connections c where c.name = $1
        and (c.paused_at is not null or c.circuit_open_until > now())) as has`,
    values: readyValues(scope),
  })
  return has
}

/** Whether a record of this entity is about to be sent by one of these streams, so that its children can be planned. */
export async function isOutstanding(
  tx: Tx,
  connection: string,
  streams: readonly string[],
  localId: string,
): Promise<boolean> {
  const { is } = await tx.one<{ is: boolean }>({
    text: `select exists (select from sync_pushes p where p.connection = $1 and p.stream = any ($2::text[])
      and p.local_id = $3 and ${OUTSTANDING}) as is`,
    values: [connection, streams, localId],
  })
  return is
}
