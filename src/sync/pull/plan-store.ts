import type { Tx } from '#platform/database.ts'
import { plainArray, textArray } from '#platform/array-literal.ts'
import type { FieldChanges } from './diff-record.ts'

export type PlanItem = {
  op: 'create' | 'update' | 'delete' | 'return' | 'kept'
  externalId: string
  fields: FieldChanges
}

type PlanKey = { runId: string; stream: string }

/** Notes what a run would do; returns the places of those that were not noted before. By the primary key. */
export async function insertPlanItems(
  tx: Tx,
  key: PlanKey,
  items: readonly PlanItem[],
): Promise<Set<string>> {
  if (items.length === 0) return new Set()
  const rows = await tx.rows<{ item: string }>({
    name: 'sync_insert_plan',
    text: `insert into sync_plan_items (run_id, stream, op, external_id, fields)
      select $1, $2, u.op, u.external_id, u.fields::jsonb
      from unnest($3::text[], $4::text[], $5::text[]) as u (op, external_id, fields)
      on conflict do nothing returning op || ' ' || external_id as item`,
    values: [
      key.runId,
      key.stream,
      plainArray(items.map((item) => item.op)),
      textArray(items.map((item) => item.externalId)),
      textArray(items.map((item) => JSON.stringify(item.fields))),
    ],
  })
  return new Set(rows.map((row) => row.item))
}

/** Forgets what was planned for a stream. */
export async function deletePlanItems(tx: Tx, key: PlanKey): Promise<void> {
  await tx.count({
    text: 'delete from sync_plan_items where run_id = $1 and stream = $2',
    values: [key.runId, key.stream],
  })
}

/** Those of these ids that a run would create, in whatever stream. */
export async function selectPlannedCreations(
  tx: Tx,
  runId: string,
  externalIds: readonly string[],
): Promise<string[]> {
  const rows = await tx.rows<{ externalId: string }>({
    text: `select distinct external_id as "externalId" from sync_plan_items
      where run_id = $1 and op = 'create' and external_id = any ($2::text[])`,
    values: [runId, textArray(externalIds)],
  })
  return rows.map((row) => row.externalId)
}

/** Keeps the sum of a stream's plan, and adds it to that of its run. Sums are decimal numbers modulo 2^128. */
export async function savePlanSum(tx: Tx, key: PlanKey, sum: string): Promise<void> {
  const pass = tx.count({
    text: 'update sync_passes set plan_sum = $3 where run_id = $1 and stream = $2',
    values: [key.runId, key.stream, sum],
  })
  const run = tx.count({
    text: `update sync_runs set plan_sum = mod(coalesce(plan_sum, '0')::numeric + $2::numeric, 2::numeric ^ 128)::numeric(39)::text
      where id = $1`,
    values: [key.runId, sum],
  })
  await pass
  await run
}

/** Active records that are not among the named ones and were not touched since a moment, and how many are active. */
export async function selectUnnamed(
  tx: Tx,
  scope: { connection: string; entity: string },
  named: readonly Buffer[],
  since: Date,
): Promise<{ missing: string[]; known: number }> {
  const missing = tx.rows<{ id: string }>({
    text: `select external_id as id from sync_records
        where connection = $1 and entity = $2 and gone_at is null and touched_at < $4
      except select unnest from unnest($3::text[]) order by id`,
    values: [scope.connection, scope.entity, joinArrays(named), since],
  })
  const known = tx.one<{ known: number }>({
    text: `select count(*) as known from sync_records where connection = $1 and entity = $2 and gone_at is null`,
    values: [scope.connection, scope.entity],
  })
  return { missing: (await missing).map((row) => row.id), known: (await known).known }
}

/** One array out of the texts of several. */
export function joinArrays(arrays: readonly Buffer[]): string {
  const inner = arrays.map((array) => array.toString('utf8', 1, array.length - 1))
  return `{${inner.filter((part) => part !== '').join(',')}}`
}
