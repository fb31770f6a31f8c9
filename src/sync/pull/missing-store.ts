import type { Tx } from '#platform/database.ts'
import { textArray } from '#platform/array-literal.ts'
import type { Scope } from './records-store.ts'

/**
 * Gathers the active records that a complete enumeration did not name and nothing touched since it began, in batches.
 * One set operation, sorted or hashed, whose cost does not hang on statistics; a million records take seconds.
 */
export async function gatherMissing(
  tx: Tx,
  scope: Scope,
  generationId: string,
  batchSize: number,
): Promise<{ missing: number; known: number; seenAny: boolean; nameless: number }> {
  const gathered = tx.one<{ missing: number }>({
    text: `with missing as (
        select external_id from sync_records where connection = $1 and entity = $2 and gone_at is null
          and touched_at < (select started_at from sync_generations where id = $3)
        except
        select unnest(external_ids) from sync_seen where generation_id = $3),
      batches as (
        insert into sync_missing (generation_id, batch, external_ids)
        select $3, batch, array_agg(external_id order by external_id)
        from (select external_id, (row_number() over (order by external_id) - 1) / $4 as batch from missing) numbered
        group by batch returning cardinality(external_ids) as size)
      select coalesce(sum(size), 0)::bigint as missing from batches`,
    values: [scope.connection, scope.entity, generationId, batchSize],
  })
  const counted = tx.one<{ known: number; seenAny: boolean; nameless: number }>({
    text: `select count(*) as known, exists (select from sync_seen
        where generation_id = $3 and cardinality(external_ids) > 0) as "seenAny",
        (select nameless from sync_generations where id = $3) as nameless
      from sync_records where connection = $1 and entity = $2 and gone_at is null`,
    values: [scope.connection, scope.entity, generationId],
  })
  return { ...(await gathered), ...(await counted) }
}

/** Marks a generation as completely named; what it named page by page is not needed any more. */
export async function setEnumerated(tx: Tx, generationId: string): Promise<void> {
  const state = tx.count({
    text: `update sync_generations set state = 'enumerated' where id = $1 and state = 'open'`,
    values: [generationId],
  })
  const seen = tx.count({ text: 'delete from sync_seen where generation_id = $1', values: [generationId] })
  await state
  await seen
}

/** Takes the next batch of missing records off the list; undefined when none is left. */
export async function takeMissingBatch(tx: Tx, generationId: string): Promise<string[] | undefined> {
  const batch = await tx.maybe<{ externalIds: string[] }>({
    text: `delete from sync_missing where generation_id = $1
        and batch = (select min(batch) from sync_missing where generation_id = $1)
      returning external_ids as "externalIds"`,
    values: [generationId],
  })
  return batch?.externalIds
}

/**
 * Marks those records as gone that are active and untouched since the enumeration began. Returns them. By
 * sync_records_pkey.
 */
export function markGone(
  tx: Tx,
  scope: Scope,
  generationId: string,
  externalIds: readonly string[],
): Promise<{ externalId: string; localId: string }[]> {
  return tx.rows<{ externalId: string; localId: string }>({
    text: `update sync_records r set gone_at = now(), touched_at = now()
      where r.connection = $1 and r.entity = $2 and r.external_id = any ($4::text[]) and r.gone_at is null
        and r.touched_at < (select started_at from sync_generations where id = $3)
      returning r.external_id as "externalId", r.local_id as "localId"`,
    values: [scope.connection, scope.entity, generationId, textArray(externalIds)],
  })
}
