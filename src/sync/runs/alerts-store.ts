import type { Tx } from '#platform/database.ts'
import type { SyncAlert, SyncAlertKind } from '../run-view.ts'

/** Something that is wrong now. `stream` is empty when it is about the whole connection. */
export type Trouble = { connection: string; stream: string; kind: SyncAlertKind; detail: string }

type StreamName = { connection: string; stream: string }

type Limits = {
  lateIntervals: number
  growth: number
  growthMinutes: number
  rejectedPercent: number
  /** Runs that began longer ago say nothing about the share of refusals today. */
  newsDays: number
}

/** One part per kind of alert. */
const TROUBLES = `with last_run as (
        select r.id, r.connection, r.status from unnest($1::text[]) as name
        cross join lateral (select id, connection, status from sync_runs
          where connection = name and kind = 'live'
            and status in ('succeeded', 'failed', 'refused', 'needs_approval')
          order by started_at desc limit 1) r),
      last_pass as (
        select kept.connection, kept.stream, p.seen, p.rejected
        from unnest($8::text[], $9::text[]) as kept (connection, stream)
        cross join lateral (select p.seen, p.rejected from sync_runs r
          join sync_passes p on p.run_id = r.id and p.stream = kept.stream
          where r.connection = kept.connection and r.kind = 'live' and p.seen > 0
            and p.state in ('succeeded', 'failed', 'parked') and r.started_at > now() - make_interval(days => $10)
          order by r.started_at desc limit 1) p)
      select s.connection, s.stream, 'late' as kind, 'last complete at ' || coalesce(to_char(s.watermark
          at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), 'no time yet') as detail
      from sync_streams s join sync_connections c on c.name = s.connection
      join unnest($2::text[], $3::text[]) as pulled (connection, stream) using (connection, stream)
      join lateral (select min(every_minutes) as minutes from sync_schedules
        where connection = s.connection and enabled) e on e.minutes is not null
      where c.paused_at is null
        and coalesce(s.watermark, c.created_at) < now() - make_interval(mins => e.minutes * $4)
      union all
      select connection, stream, 'dead_letters', max(open_now) || ' records refused, ' || sum(grown) || ' more than before'
      from (
        select connection, stream, count(*) filter (where state = 'open') over w as open_now,
          case when state = 'open' and opened_at > now() - make_interval(mins => $6) then 1
            when state <> 'open' and opened_at <= now() - make_interval(mins => $6) then -1 else 0 end as grown
        from sync_dead_letters
        where connection = any ($1) and (state = 'open' or closed_at > now() - make_interval(mins => $6))
        window w as (partition by connection, stream)) letters
      group by connection, stream having sum(grown) >= $5
      union all
      select connection, stream, 'rejected_share', rejected || ' of ' || seen || ' records refused'
      from last_pass where rejected * 100 > seen * $7::bigint
      union all
      select name, '', 'circuit_open', coalesce(circuit_reason, 'the source does not answer')
      from sync_connections where name = any ($1) and circuit_open_until is not null
      union all
      select p.connection, p.stream, 'needs_approval', p.missing || ' records are gone at the source'
      from (select distinct on (connection, stream) connection, stream, run_id, missing, approved_at,
          generation_id
        from sync_passes where connection = any ($1) and state = 'parked' order by connection, stream, run_id desc) p
      join sync_runs r on r.id = p.run_id
      left join sync_generations g on g.id = p.generation_id
      where r.status = 'needs_approval' and p.approved_at is null and g.state is distinct from 'abandoned'
        and not exists (select from sync_runs later join sync_passes done on done.run_id = later.id
          where later.connection = p.connection and later.id > p.run_id and later.kind = 'live' and later.mode = 'full'
            and later.started_at > r.started_at and done.stream = p.stream and done.state = 'succeeded')
      union all
      select l.connection, '', 'run_failed', coalesce((select p.stream || ': ' || p.error_code from sync_passes p
          where p.run_id = l.id and p.state = 'failed' order by p.place limit 1), l.status)
      from last_run l where l.status in ('failed', 'refused')`

/**
 * Everything that is wrong with these connections right now. Streams that run by themselves are late against their
 * most frequent schedule, unless an operator paused them. The share of refusals is asked of streams of records only:
 * what other work could not do it tries again, and sees little else. The last run of a stream is the newest that ended
 * and saw anything; found by sync_runs_recent.
 */
export function selectTroubles(
  tx: Tx,
  connections: readonly string[],
  streams: { pull: readonly StreamName[]; records: readonly StreamName[] },
  limits: Limits,
): Promise<Trouble[]> {
  return tx.rows<Trouble>({
    text: TROUBLES,
    values: [
      connections,
      streams.pull.map((pulled) => pulled.connection),
      streams.pull.map((pulled) => pulled.stream),
      limits.lateIntervals,
      limits.growth,
      limits.growthMinutes,
      limits.rejectedPercent,
      streams.records.map((kept) => kept.connection),
      streams.records.map((kept) => kept.stream),
      limits.newsDays,
    ],
  })
}

/** Opens alerts that are not open; returns how many were. */
export function insertAlerts(tx: Tx, alerts: readonly (Trouble & { id: string })[]): Promise<number> {
  return tx.count({
    text: `insert into sync_alerts (id, connection, stream, kind, detail)
      select a.id, a.connection, a.stream, a.kind, a.detail
      from jsonb_to_recordset($1) as a (id uuid, connection text, stream text, kind text, detail text)
      on conflict (connection, stream, kind) where resolved_at is null do nothing`,
    values: [JSON.stringify(alerts)],
  })
}

/** Resolves open alerts that are not among these; returns how many were. */
export function resolveAlerts(tx: Tx, still: readonly Trouble[]): Promise<number> {
  return tx.count({
    text: `update sync_alerts o set resolved_at = now() where o.resolved_at is null and not exists (
        select from jsonb_to_recordset($1) as a (connection text, stream text, kind text)
        where a.connection = o.connection and a.stream = o.stream and a.kind = o.kind)`,
    values: [JSON.stringify(still)],
  })
}

/** Alerts that are open, oldest first. */
export function selectOpenAlerts(tx: Tx): Promise<SyncAlert[]> {
  return tx.rows<SyncAlert>({
    text: `select id, connection, stream, kind, detail, to_json(opened_at) as "openedAt"
      from sync_alerts where resolved_at is null order by opened_at, id`,
  })
}
