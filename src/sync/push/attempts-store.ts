import type { Tx } from '#platform/database.ts'
import type { PushKey } from './push-key.ts'

/** An attempt to send one version of a record. `contentHash` has no dashes. */
export type Attempt = PushKey & {
  key: string
  operation: 'create' | 'update'
  version: number
  contentHash: string
  parentExternalId: string | null
  body: unknown
  tries: number
  ageMs: number
  silentMs: number
}

const COLUMNS = `key, connection, stream, local_id as "localId", operation, version,
  replace(content_hash::text, '-', '') as "contentHash", parent_external_id as "parentExternalId", body, tries,
  1000 * extract(epoch from now() - created_at)::float8 as "ageMs",
  1000 * extract(epoch from now() - sent_at)::float8 as "silentMs"`

export type NewAttempt = Omit<Attempt, 'tries' | 'ageMs' | 'silentMs'>

/** Writes down what is about to be sent, before it is; returns it as a repeat will read it. One is open per record. */
export function insertAttempt(tx: Tx, attempt: NewAttempt, priorHash: string | null): Promise<Attempt> {
  return tx.one<Attempt>({
    name: 'sync_insert_attempt',
    text: `insert into sync_attempts (key, connection, stream, local_id, operation, version, content_hash,
        parent_external_id, prior_hash, body)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json) returning ${COLUMNS}`,
    values: [
      attempt.key,
      attempt.connection,
      attempt.stream,
      attempt.localId,
      attempt.operation,
      attempt.version,
      attempt.contentHash,
      attempt.parentExternalId,
      priorHash,
      JSON.stringify(attempt.body),
    ],
  })
}

/** The record's attempt that is not settled, if there is one. By sync_attempts_one_open. */
export function selectOpenAttempt(tx: Tx, key: PushKey): Promise<Attempt | undefined> {
  return tx.maybe<Attempt>({
    name: 'sync_open_attempt',
    text: `select ${COLUMNS} from sync_attempts
      where connection = $1 and stream = $2 and local_id = $3 and state in ('sending', 'unknown')`,
    values: [key.connection, key.stream, key.localId],
  })
}

/** Notes that an open attempt is about to be sent once more. */
export async function setResending(tx: Tx, key: string): Promise<void> {
  await tx.count({
    text: `update sync_attempts set state = 'sending', tries = tries + 1, sent_at = now()
      where key = $1 and state in ('sending', 'unknown')`,
    values: [key],
  })
}

/** Notes that nobody knows what became of an open attempt. `tries`: lookups to add. */
export async function setUnknown(
  tx: Tx,
  key: string,
  doubt: { detail: string; tries: number },
): Promise<boolean> {
  const noted = await tx.count({
    text: `update sync_attempts set state = 'unknown', detail = $2, tries = tries + $3
      where key = $1 and state in ('sending', 'unknown')`,
    values: [key, doubt.detail, doubt.tries],
  })
  return noted === 1
}

/** Ends an open attempt; undefined when it was over before. Returns what the system held before an update. */
export function settleAttempt(
  tx: Tx,
  key: string,
  end: { state: 'ok' | 'rejected' | 'withdrawn'; externalId?: string; detail?: string },
): Promise<{ priorHash: string | null } | undefined> {
  return tx.maybe<{ priorHash: string | null }>({
    name: 'sync_settle_attempt',
    text: `update sync_attempts set state = $2, external_id = $3, detail = $4, settled_at = now()
      where key = $1 and state in ('sending', 'unknown') returning prior_hash as "priorHash"`,
    values: [key, end.state, end.externalId ?? null, end.detail ?? null],
  })
}

/** The body that the system accepted last. By sync_attempts_record. */
export async function selectAcceptedBody(tx: Tx, key: PushKey): Promise<unknown> {
  const last = await tx.maybe<{ body: unknown }>({
    text: `select body from sync_attempts
      where connection = $1 and stream = $2 and local_id = $3 and state = 'ok'
      order by created_at desc limit 1`,
    values: [key.connection, key.stream, key.localId],
  })
  return last?.body
}
