import type { Database, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { Condition, IncidentChanges, OpenIncident } from './incident.ts'

/** Open incidents of these kinds, locked until the transaction ends, in the order of their keys. */
export async function lockOpenIncidents(tx: Tx, kinds: readonly string[]): Promise<OpenIncident[]> {
  return await tx.rows<OpenIncident>({
    text: `select id, key, kind, count, clear_since as "clearSince" from incidents
      where state <> 'RESOLVED' and kind = any ($1) order by key for update`,
    values: [kinds],
  })
}

/** Keys of open incidents. Uses incidents_one_open. */
export async function selectOpenKeys(db: Database): Promise<string[]> {
  const rows = await db.once<{ key: string }>(
    'incidents.keys',
    { role: 'worker' },
    { text: "select key from incidents where state <> 'RESOLVED'" },
  )
  return rows.map((row) => row.key)
}

/** Opens an incident; undefined when another look opened it first. Uses incidents_one_open. */
export async function insertIncident(tx: Tx, condition: Condition, now: Date): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>({
    text: `insert into incidents (id, key, kind, subject, count, peak, opened_at, seen_at)
      values ($1, $2, $3, $4, $5, $5, $6, $6)
      on conflict (key) where state <> 'RESOLVED' do nothing
      returning id`,
    values: [newId(), condition.key, condition.kind, condition.subject.slice(0, 120), condition.count, now],
  })
  return row?.id
}

/** Writes what a look found about open incidents that are locked. */
export async function updateIncidents(
  tx: Tx,
  changes: Pick<IncidentChanges, 'goesOn' | 'looksEnded' | 'ends'>,
  now: Date,
): Promise<void> {
  const { goesOn, looksEnded, ends } = changes
  const written: Promise<number>[] = []
  if (goesOn.length > 0)
    written.push(
      tx.count({
        text: `update incidents i set count = g.count, peak = greatest(i.peak, g.count), seen_at = $2, clear_since = null
          from jsonb_to_recordset($1::jsonb) as g (id uuid, count bigint) where i.id = g.id`,
        values: [JSON.stringify(goesOn), now],
      }),
    )
  if (looksEnded.length > 0)
    written.push(
      tx.count({
        text: 'update incidents set clear_since = $2 where id = any ($1::uuid[])',
        values: [looksEnded, now],
      }),
    )
  if (ends.length > 0)
    written.push(
      tx.count({
        text: `update incidents set state = 'RESOLVED', resolved_at = $2 where id = any ($1::uuid[])`,
        values: [ends, now],
      }),
    )
  await Promise.all(written)
}

/** An incident as it is told and shown. */
export type IncidentRow = {
  id: string
  kind: string
  subject: string
  state: 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED'
  count: number
  openedAt: Date
  resolvedAt: Date | null
  acknowledgedBy: string | null
}

const SHOWN = `id, kind, subject, state, count, opened_at as "openedAt", resolved_at as "resolvedAt",
  acknowledged_by as "acknowledgedBy"`

/** These incidents, oldest first. Uses the primary key. */
export async function selectIncidents(db: Database, ids: readonly string[]): Promise<IncidentRow[]> {
  return await db.once<IncidentRow>(
    'incidents.read',
    { role: 'worker' },
    {
      text: `select ${SHOWN} from incidents where id = any ($1::uuid[]) order by opened_at, id`,
      values: [ids],
    },
  )
}

/**
 * Open incidents first, then those that are over, either by when they opened, newest first. Uses incidents_one_open for the
 * open ones, which are few, and incidents_recent for the others.
 */
export async function selectRecentIncidents(db: Database, limit: number): Promise<IncidentRow[]> {
  return await db.once<IncidentRow>(
    'incidents.list',
    { role: 'worker' },
    {
      text: `select ${SHOWN} from (
          (select * from incidents where state <> 'RESOLVED' order by opened_at desc, id desc limit $1)
          union all
          (select * from incidents where state = 'RESOLVED' order by opened_at desc, id desc limit $1)) i
        order by (state = 'RESOLVED'), opened_at desc, id desc limit $1`,
      values: [limit],
    },
  )
}

/** Notes that somebody takes care of an open incident; false when there is none of this id. Repeating changes nothing. */
export async function setAcknowledged(db: Database, id: string, by: string, now: Date): Promise<boolean> {
  const rows = await db.once(
    'incidents.acknowledge',
    { role: 'worker' },
    {
      text: `update incidents set state = 'ACKNOWLEDGED', acknowledged_at = coalesce(acknowledged_at, $3),
          acknowledged_by = coalesce(acknowledged_by, $2)
        where id = $1 and state <> 'RESOLVED' returning id`,
      values: [id, by, now],
    },
  )
  return rows.length === 1
}

/** Open incidents per kind. Uses incidents_one_open. */
export async function countOpenIncidents(db: Database): Promise<{ kind: string; count: number }[]> {
  return await db.once(
    'incidents.count',
    { role: 'worker' },
    {
      text: "select kind, count(*) as count from incidents where state <> 'RESOLVED' group by kind order by kind",
    },
  )
}
