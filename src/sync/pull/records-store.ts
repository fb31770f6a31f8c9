import type { Statement, Tx } from '#platform/database.ts'
import { plainArray, textArray } from '#platform/array-literal.ts'

/**
 * What a record is to us. `touched`: the content is known and only its version is newer, or it is our own push coming
 * back. Records that are the same, version and all, are not even returned.
 */
export type RecordClass = 'new' | 'changed' | 'returned' | 'stale' | 'touched'

export type Classified = {
  /** Position in what was asked, from 0. */
  place: number
  kind: RecordClass
  /** Null for a new record. */
  localId: string | null
  /** When the map's row was last written, as text to the microsecond: the guard of its next write. */
  mark: string | null
}

export type Scope = { connection: string; entity: string }
export type Incoming = { externalIds: string; hashes: string; versions: string }

/** Arrays of the records to classify; `versions` in milliseconds of Unix time. */
export function incomingArrays(
  rows: readonly { externalId: string; version: Date | null; hash: string }[],
): Incoming {
  return {
    externalIds: textArray(rows.map((row) => row.externalId)),
    hashes: plainArray(rows.map((row) => row.hash)),
    versions: plainArray(rows.map((row) => row.version?.getTime() ?? null)),
  }
}

/**
 * The statement that compares records with the map and returns only what differs. Reads by sync_records_pkey, one probe
 * per record whatever the statistics say: the lateral part cannot be turned into a join over the whole table. Without a
 * name on purpose: a plan kept from when the table was empty would read all of it for each record. Takes no locks; the
 * write checks `mark`.
 */
export function classifyStatement(scope: Scope, incoming: Incoming): Statement<Classified> {
  return {
    text: `select t.place - 1 as place, r.local_id as "localId", r.touched_at::text as mark, case
        when r.local_id is null then 'new'
        when t.version < r.version then 'stale'
        when r.gone_at is not null then 'returned'
        when r.content_hash = t.hash or r.pushed_hash = t.hash then 'touched'
        else 'changed' end as kind
      from (select u.place, u.external_id, u.hash, to_timestamp(u.ms / 1000.0::float8) as version
        from unnest($3::text[], $4::uuid[], $5::float8[]) with ordinality as u (external_id, hash, ms, place)) t
      left join lateral (select * from sync_records s where s.connection = $1 and s.entity = $2
        and s.external_id = t.external_id collate "C" offset 0) r on true
      where r.local_id is null or r.gone_at is not null or r.content_hash is distinct from t.hash
        or t.version is not null and (r.version is null or t.version > r.version)`,
    values: [scope.connection, scope.entity, incoming.externalIds, incoming.hashes, incoming.versions],
  }
}

export type RecordRow = {
  externalId: string
  localId: string
  hash: string
  version: Date | null
  /** Of the row as it was classified; null for a new one. */
  mark: string | null
}

/**
 * Adds new records to the map, in the order given. A record that another transaction added meanwhile violates
 * sync_records_pkey; looking for that first would cost half as much again.
 */
export async function insertRecords(tx: Tx, scope: Scope, rows: readonly RecordRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.count({
    name: 'sync_insert_records',
    text: `insert into sync_records (connection, entity, external_id, local_id, content_hash, version)
      select $1, $2, u.external_id, u.local_id, u.hash, to_timestamp(u.ms / 1000.0::float8)
      from unnest($3::text[], $4::uuid[], $5::uuid[], $6::float8[]) as u (external_id, local_id, hash, ms)`,
    values: [
      scope.connection,
      scope.entity,
      textArray(rows.map((row) => row.externalId)),
      plainArray(rows.map((row) => row.localId)),
      plainArray(rows.map((row) => row.hash)),
      plainArray(rows.map((row) => row.version?.getTime() ?? null)),
    ],
  })
}

/**
 * Writes records that the map has, in the order given. Returns how many: fewer than asked when another transaction was
 * there in between. Written as an insert whose conflicts are found by sync_records_pkey, whatever the statistics say;
 * locks those rows. A row's old time travels in the place of the new one, so that the update can tell whether anything
 * moved.
 */
export async function updateRecords(tx: Tx, scope: Scope, rows: readonly RecordRow[]): Promise<number> {
  if (rows.length === 0) return 0
  return await tx.count({
    name: 'sync_update_records',
    text: `insert into sync_records as r (connection, entity, external_id, local_id, content_hash, version, touched_at)
      select $1, $2, u.external_id, u.local_id, u.hash, to_timestamp(u.ms / 1000.0::float8), u.mark
      from unnest($3::text[], $4::uuid[], $5::uuid[], $6::float8[], $7::timestamptz[])
        as u (external_id, local_id, hash, ms, mark)
      on conflict (connection, entity, external_id) do update set content_hash = excluded.content_hash,
        version = greatest(excluded.version, r.version), pushed_hash = case when r.pushed_hash = excluded.content_hash
          then r.pushed_hash end, touched_at = now(), gone_at = null
      where r.touched_at = excluded.touched_at and r.local_id = excluded.local_id`,
    values: [
      scope.connection,
      scope.entity,
      textArray(rows.map((row) => row.externalId)),
      plainArray(rows.map((row) => row.localId)),
      plainArray(rows.map((row) => row.hash)),
      plainArray(rows.map((row) => row.version?.getTime() ?? null)),
      textArray(rows.map((row) => row.mark)),
    ],
  })
}

/** Local ids behind external ones. By sync_records_pkey, as in `classifyStatement`. */
export async function selectLocalIds(
  tx: Tx,
  scope: Scope,
  externalIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.rows<{ externalId: string; localId: string }>({
    text: `select u.external_id as "externalId", r.local_id as "localId"
      from unnest($3::text[]) as u (external_id) cross join lateral (select s.local_id from sync_records s
        where s.connection = $1 and s.entity = $2 and s.external_id = u.external_id collate "C" offset 0) r`,
    values: [scope.connection, scope.entity, textArray(externalIds)],
  })
  return new Map(rows.map((row) => [row.externalId, row.localId]))
}

/** Fields of these records that an operator keeps for himself. By the primary key. */
export async function selectFieldLocks(
  tx: Tx,
  entity: string,
  localIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const rows = await tx.rows<{ localId: string; field: string }>({
    name: 'sync_field_locks',
    text: `select l.local_id as "localId", l.field from sync_field_locks l
      where l.entity = $1 and l.local_id = any ($2::uuid[])`,
    values: [entity, plainArray(localIds)],
  })
  const locks = new Map<string, Set<string>>()
  for (const { localId, field } of rows) {
    const fields = locks.get(localId) ?? new Set()
    locks.set(localId, fields.add(field))
  }
  return locks
}
