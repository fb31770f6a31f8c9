import type { FinalRows } from './evidence.ts'
import type { Json } from './history.ts'
import type { Owner } from './owner.ts'

const TABLES = [
  'test_parents',
  'test_children',
  'test_pushed',
  'sync_records',
  'sync_dead_letters',
  'sync_pushes',
  'sync_attempts',
  'sync_runs',
  'sync_passes',
  'webhook_inbox',
] as const

/** Every row that the invariants look at, as JSON, from one instant. */
export async function readRows(owner: Owner): Promise<FinalRows> {
  const parts = TABLES.map(
    (table) => `(select coalesce(jsonb_agg(to_jsonb(t)), '[]') from ${table} t) as ${table}`,
  )
  const [rows] = await owner.rows<FinalRows>(`select ${parts.join(', ')}`)
  if (rows === undefined) throw new Error('no rows')
  return rows
}

/** A fingerprint of every table, by its name. */
export async function fingerprintTables(owner: Owner): Promise<Map<string, string>> {
  const tables = await owner.rows<{ name: string }>(
    `select quote_ident(relname) as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_migrations'`,
  )
  const parts = tables.map(
    ({ name }) =>
      `select '${name}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from ${name} t`,
  )
  const sums = await owner.rows<{ name: string; sum: string }>(parts.join(' union all '))
  return new Map(sums.map(({ name, sum }) => [name, sum]))
}

/** Sorted descriptions of what a dry run planned. */
export async function readPlan(owner: Owner, runId: string): Promise<string[]> {
  const items = await owner.rows<Json>(
    'select stream, op, external_id, fields from sync_plan_items where run_id = $1',
    [runId],
  )
  return items.map(described).sort()
}

/** Sorted descriptions of what a live run changed in pulled streams. */
export async function readDeeds(owner: Owner, runId: string): Promise<string[]> {
  const deeds = await owner.rows<Json>(
    `select stream, op, external_id, fields from sync_changes where run_id = $1 and op <> 'push'
      union all select stream, 'create', unnest(external_ids), '{}'::jsonb from sync_creations where run_id = $1`,
    [runId],
  )
  return deeds.map(described).sort()
}

function described(item: Json): string {
  const { stream, op, external_id: id, fields } = item
  const said = op === 'create' ? {} : fields
  return `${String(stream)} ${String(op)} ${String(id)} ${JSON.stringify(said)}`
}
