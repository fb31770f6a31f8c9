import type { Tx } from '#platform/database.ts'

/** A record in the map of external ids, from our side. */
export type LocalKey = { connection: string; entity: string; localId: string }

/** What we know of a record over there. `hash` has no dashes; null when its content is not known. */
export type KnownRecord = { externalId: string; hash: string | null; isGone: boolean }

/** A record's external id and content; undefined before it has one. By sync_records_local. */
export function selectKnownRecord(tx: Tx, key: LocalKey): Promise<KnownRecord | undefined> {
  return tx.maybe<KnownRecord>({
    name: 'sync_known_record',
    text: `select external_id as "externalId", replace(content_hash::text, '-', '') as hash,
        gone_at is not null as "isGone"
      from sync_records where connection = $1 and entity = $2 and local_id = $3`,
    values: [key.connection, key.entity, key.localId],
  })
}

/** Forgets what the system holds, because an update is about to change it. Locks the record's row. */
export async function forgetContent(tx: Tx, key: LocalKey): Promise<void> {
  await tx.count({
    text: `update sync_records set content_hash = null, pushed_hash = null, touched_at = clock_timestamp()
      where connection = $1 and entity = $2 and local_id = $3`,
    values: [key.connection, key.entity, key.localId],
  })
}

/** Puts back what the system held before an update that certainly did not happen, unless a pull has told since. */
export async function restoreContent(tx: Tx, key: LocalKey, hash: string | null): Promise<void> {
  await tx.count({
    text: `update sync_records set content_hash = $4, pushed_hash = $4, touched_at = clock_timestamp()
      where connection = $1 and entity = $2 and local_id = $3 and content_hash is null`,
    values: [key.connection, key.entity, key.localId, hash],
  })
}

/** Notes the content that the system has accepted. */
export async function setContent(tx: Tx, key: LocalKey, hash: string): Promise<void> {
  await tx.count({
    name: 'sync_set_content',
    text: `update sync_records set content_hash = $4, pushed_hash = $4, touched_at = clock_timestamp()
      where connection = $1 and entity = $2 and local_id = $3`,
    values: [key.connection, key.entity, key.localId, hash],
  })
}

/**
 * Writes down a record's external id, with its content when that is known. False when the id, or the record, belongs to
 * another one already; repeating the same is harmless.
 */
export async function linkRecord(
  tx: Tx,
  key: LocalKey,
  link: { externalId: string; hash: string | null },
): Promise<boolean> {
  await tx.count({
    name: 'sync_link_record',
    text: `insert into sync_records (connection, entity, external_id, local_id, content_hash, pushed_hash, touched_at)
      values ($1, $2, $3, $4, $5, $5, clock_timestamp()) on conflict do nothing`,
    values: [key.connection, key.entity, link.externalId, key.localId, link.hash],
  })
  const linked = await tx.count({
    text: `update sync_records set content_hash = $5, pushed_hash = $5, gone_at = null, touched_at = clock_timestamp()
      where connection = $1 and entity = $2 and external_id = $3 and local_id = $4`,
    values: [key.connection, key.entity, link.externalId, key.localId, link.hash],
  })
  return linked === 1
}

/** Notes what a push changed over there: field to [before, after]. */
export async function insertPushChange(
  tx: Tx,
  change: LocalKey & { id: string; runId: string; stream: string; externalId: string; fields: unknown },
): Promise<void> {
  await tx.count({
    name: 'sync_push_change',
    text: `insert into sync_changes (id, run_id, stream, entity, local_id, external_id, op, fields)
      values ($1, $2, $3, $4, $5, $6, 'push', $7::text::jsonb)`,
    values: [
      change.id,
      change.runId,
      change.stream,
      change.entity,
      change.localId,
      change.externalId,
      JSON.stringify(change.fields),
    ],
  })
}
