import type { Tx } from '#platform/database.ts'
import type { RunChange } from '../run-view.ts'

/** Where a list of changes goes on: after this record of this stream and operation. */
export type ChangePosition = { stream: string; op: RunChange['op']; externalId: string; id: string }

type Group = { runId: string; stream: string; op: RunChange['op'] }
export type ChangeRow = { externalId: string; id: string; fields: RunChange['fields'] }

/** Kind and streams of a run; undefined for an unknown one. */
export function selectRunStreams(
  tx: Tx,
  runId: string,
): Promise<{ kind: 'live' | 'dry'; streams: string[] } | undefined> {
  return tx.maybe({
    text: `select kind, array(select p.stream from sync_passes p where p.run_id = id order by p.stream) as streams
      from sync_runs where id = $1`,
    values: [runId],
  })
}

/** What a dry run would do to records of a stream, by external id. By the primary key. */
export function selectPlanned(tx: Tx, group: Group, after: string, limit: number): Promise<ChangeRow[]> {
  return tx.rows<ChangeRow>({
    name: 'sync_list_planned',
    text: `select external_id as "externalId", '' as id, fields from sync_plan_items
      where run_id = $1 and stream = $2 and op = $3 and external_id > $4 order by external_id limit $5`,
    values: [group.runId, group.stream, group.op, after, limit],
  })
}

/** What a live run did to records of a stream, by external id, then in the order in which it happened. */
export function selectChanged(
  tx: Tx,
  group: Group,
  after: { externalId: string; id: string | null },
  limit: number,
): Promise<ChangeRow[]> {
  return tx.rows<ChangeRow>({
    name: 'sync_list_changed',
    text: `select external_id as "externalId", id, fields from sync_changes
      where run_id = $1 and stream = $2 and op = $3
        and (external_id > $4 or external_id = $4 and id > coalesce($5::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
      order by external_id, id limit $6`,
    values: [group.runId, group.stream, group.op, after.externalId, after.id, limit],
  })
}

/** The records that a live run created, by external id. */
export function selectCreated(
  tx: Tx,
  group: { runId: string; stream: string },
  after: string,
  limit: number,
): Promise<ChangeRow[]> {
  return tx.rows<ChangeRow>({
    name: 'sync_list_created',
    text: `select external_id as "externalId", '' as id, '{}'::jsonb as fields
      from sync_creations, unnest(external_ids) as external_id
      where run_id = $1 and stream = $2 and external_id > $3 order by external_id limit $4`,
    values: [group.runId, group.stream, after, limit],
  })
}
