import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { plainArray, textArray } from '#platform/array-literal.ts'
import type { FieldChanges } from './diff-record.ts'

export type SliceKey = { generationId: string; slice: number }

export type ChangeRow = {
  localId: string
  externalId: string
  op: 'update' | 'delete' | 'return' | 'kept'
  fields: FieldChanges
}

/** Notes which ids a page of a full enumeration named. `externalIds` is the text of an array. */
export async function insertSeen(
  tx: Tx,
  key: SliceKey,
  page: number,
  externalIds: readonly string[],
): Promise<void> {
  await tx.count({
    name: 'sync_insert_seen',
    text: `insert into sync_seen (generation_id, slice, page, external_ids) values ($1, $2, $3, $4)`,
    values: [key.generationId, key.slice, page, textArray(externalIds)],
  })
}

/** Notes which records a page created, after those that the run created before. */
export async function insertCreations(
  tx: Tx,
  run: { runId: string; stream: string },
  externalIds: readonly string[],
): Promise<void> {
  if (externalIds.length === 0) return
  await tx.count({
    name: 'sync_insert_creations',
    text: `insert into sync_creations (run_id, stream, page, external_ids)
      select $1, $2, coalesce(max(page), -1) + 1, $3 from sync_creations where run_id = $1 and stream = $2`,
    values: [run.runId, run.stream, textArray(externalIds)],
  })
}

/** Notes what a run did to records that were there. */
export async function insertChanges(
  tx: Tx,
  run: { runId: string; stream: string; entity: string },
  rows: readonly ChangeRow[],
): Promise<void> {
  if (rows.length === 0) return
  await tx.count({
    name: 'sync_insert_changes',
    text: `insert into sync_changes (id, run_id, stream, entity, local_id, external_id, op, fields)
      select u.id, $1, $2, $3, u.local_id, u.external_id, u.op, u.fields::jsonb
      from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[])
        as u (id, local_id, external_id, op, fields)`,
    values: [
      run.runId,
      run.stream,
      run.entity,
      plainArray(rows.map(() => newId())),
      plainArray(rows.map((row) => row.localId)),
      textArray(rows.map((row) => row.externalId)),
      plainArray(rows.map((row) => row.op)),
      textArray(rows.map((row) => JSON.stringify(row.fields))),
    ],
  })
}

/** Moves a slice behind a page, if it still stands where the page was asked from. By the primary key. */
export async function advanceSlice(
  tx: Tx,
  key: SliceKey,
  page: { pages: number; next: string | null },
): Promise<boolean> {
  const moved = await tx.count({
    name: 'sync_advance_slice',
    text: `update sync_slices set position = $4, pages = pages + 1, is_done = $4::text is null
      where generation_id = $1 and slice = $2 and pages = $3 and not is_done`,
    values: [key.generationId, key.slice, page.pages, page.next],
  })
  return moved === 1
}

/** Lets a slice begin again: its page token died. The pages it counted stay counted. */
export async function restartSlice(tx: Tx, key: SliceKey): Promise<void> {
  await tx.count({
    text: `update sync_slices set position = null, restarts = restarts + 1
      where generation_id = $1 and slice = $2 and not is_done`,
    values: [key.generationId, key.slice],
  })
}

/** Lets a slice begin again in the next run, with all its tries. */
export async function rewindSlice(tx: Tx, key: SliceKey): Promise<void> {
  await tx.count({
    text: `update sync_slices set position = null, restarts = 0 where generation_id = $1 and slice = $2 and not is_done`,
    values: [key.generationId, key.slice],
  })
}

/** Counts rejected rows of a full enumeration whose id could not be read. */
export async function addNameless(tx: Tx, generationId: string, count: number): Promise<void> {
  if (count === 0) return
  await tx.count({
    text: 'update sync_generations set nameless = nameless + $2 where id = $1',
    values: [generationId, count],
  })
}
