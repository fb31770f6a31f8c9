import type { Tx } from '#platform/database.ts'
import type { ConnectionView } from '../run-view.ts'

export type StreamState = Omit<ConnectionView['streams'][number], 'direction' | 'records'> & {
  connection: string
}

/** Pause and circuit of these connections. */
export function selectConnections(
  tx: Tx,
  names: readonly string[],
): Promise<Pick<ConnectionView, 'name' | 'paused' | 'circuit'>[]> {
  return tx.rows({
    text: `select name,
        case when paused_at is not null then json_build_object('by', paused_by, 'at', paused_at) end as paused,
        case when circuit_open_until > now() then
          json_build_object('openUntil', circuit_open_until, 'reason', coalesce(circuit_reason, '')) end as circuit
      from sync_connections where name = any ($1)`,
    values: [names],
  })
}

/** Watermarks and open dead letters of their streams. By the primary key and sync_dead_letters_list. */
export function selectStreamStates(tx: Tx, names: readonly string[]): Promise<StreamState[]> {
  return tx.rows<StreamState>({
    text: `select s.connection, s.stream, to_json(s.watermark) as watermark, to_json(s.enumerated_at) as "enumeratedAt",
        (select count(*) from sync_dead_letters d
          where d.connection = s.connection and d.stream = s.stream and d.state = 'open') as "deadLetters"
      from sync_streams s where s.connection = any ($1)`,
    values: [names],
  })
}

/** How many records of each entity are known and not gone. Counts through the map of external ids. */
export function countRecords(
  tx: Tx,
  names: readonly string[],
): Promise<{ connection: string; entity: string; records: number }[]> {
  return tx.rows({
    text: `select connection, entity, count(*) as records from sync_records
      where connection = any ($1) and gone_at is null group by connection, entity`,
    values: [names],
  })
}

/** When these connections run by themselves. */
export function selectSchedules(
  tx: Tx,
  names: readonly string[],
): Promise<(ConnectionView['schedules'][number] & { connection: string })[]> {
  return tx.rows({
    text: `select connection, mode, every_minutes as "everyMinutes", enabled, to_json(next_at) as "nextAt"
      from sync_schedules where connection = any ($1) order by connection, mode`,
    values: [names],
  })
}

/** What one stream's last live pass that ended did, and how old its watermark is. */
export type StreamFigures = {
  label: string
  watermarkAge: number | null
  deadLetters: number
  alerts: number
  created: number
  updated: number
  unchanged: number
  rejected: number
  deleted: number
}

/** Figures of these connections' streams. The last pass is found through the runs of its connection, newest first. */
export function selectStreamFigures(tx: Tx, names: readonly string[]): Promise<StreamFigures[]> {
  return tx.rows<StreamFigures>({
    name: 'sync_stream_figures',
    text: `select s.connection || '/' || s.stream as label,
        extract(epoch from now() - s.watermark)::float8 as "watermarkAge",
        (select count(*) from sync_dead_letters d
          where d.connection = s.connection and d.stream = s.stream and d.state = 'open') as "deadLetters",
        (select count(*) from sync_alerts a where a.connection = s.connection and a.stream in (s.stream, '')
          and a.resolved_at is null) as alerts,
        coalesce(l.created, 0) as created, coalesce(l.updated, 0) as updated,
        coalesce(l.unchanged + l.stale, 0) as unchanged, coalesce(l.rejected, 0) as rejected,
        coalesce(l.deleted, 0) as deleted
      from sync_streams s left join lateral (
        select p.* from sync_runs r join sync_passes p on p.run_id = r.id and p.stream = s.stream
        where r.connection = s.connection and r.kind = 'live' and p.state in ('succeeded', 'failed', 'parked')
        order by r.started_at desc limit 1) l on true
      where s.connection = any ($1) order by 1`,
    values: [names],
  })
}
