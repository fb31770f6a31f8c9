import type { Tx } from '#platform/database.ts'

/** The local id behind an external one, or undefined. By the primary key. */
export async function selectLocalId(
  tx: Tx,
  record: { connection: string; entity: string; externalId: string },
): Promise<string | undefined> {
  const row = await tx.maybe<{ localId: string }>({
    text: `select local_id as "localId" from sync_records
      where connection = $1 and entity = $2 and external_id = $3`,
    values: [record.connection, record.entity, record.externalId],
  })
  return row?.localId
}

/** Keeps a field for the operator. */
export async function insertFieldLock(
  tx: Tx,
  lock: { entity: string; localId: string; field: string; by: string },
): Promise<void> {
  await tx.count({
    text: `insert into sync_field_locks (entity, local_id, field, locked_by) values ($1, $2, $3, $4)
      on conflict (entity, local_id, field) do nothing`,
    values: [lock.entity, lock.localId, lock.field, lock.by],
  })
}

/** Gives a field back. */
export async function deleteFieldLock(
  tx: Tx,
  lock: { entity: string; localId: string; field: string },
): Promise<void> {
  await tx.count({
    text: 'delete from sync_field_locks where entity = $1 and local_id = $2 and field = $3',
    values: [lock.entity, lock.localId, lock.field],
  })
}

/**
 * Makes the next run compare a record anew, so that the source's word arrives although it did not change. Its time moves
 * too: a page that read the record before is told so and reads it again.
 */
export async function forgetFingerprint(
  tx: Tx,
  record: { connection: string; entity: string; externalId: string },
): Promise<void> {
  await tx.count({
    text: `update sync_records set content_hash = null, touched_at = clock_timestamp()
      where connection = $1 and entity = $2 and external_id = $3`,
    values: [record.connection, record.entity, record.externalId],
  })
}
