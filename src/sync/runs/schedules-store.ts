import type { Tx } from '#platform/database.ts'

/** Connections with a schedule that is due and nobody's pause. */
export async function selectDueConnections(tx: Tx, connections: readonly string[]): Promise<string[]> {
  const rows = await tx.rows<{ connection: string }>({
    text: `select distinct s.connection from sync_schedules s join sync_connections c on c.name = s.connection
      where s.connection = any ($1) and s.enabled and s.next_at <= now() and c.paused_at is null
      order by s.connection`,
    values: [connections],
  })
  return rows.map((row) => row.connection)
}

/** Takes the due schedules of a connection and sets their next time: the same minute of a later turn, as
 * those that were missed are not made up for. */
export function claimSchedules(tx: Tx, connection: string): Promise<{ mode: 'full' | 'changes' }[]> {
  return tx.rows({
    text: `update sync_schedules set next_at = next_at + make_interval(mins =>
        every_minutes * (1 + floor(extract(epoch from now() - next_at) / (60 * every_minutes))::integer))
      where connection = $1 and enabled and next_at <= now() returning mode`,
    values: [connection],
  })
}

/** Sets how often a connection runs by itself; null switches it off and keeps the interval. */
export async function upsertSchedule(
  tx: Tx,
  schedule: { connection: string; mode: 'full' | 'changes'; everyMinutes: number | null },
  fallbackMinutes: number,
): Promise<void> {
  await tx.count({
    text: `insert into sync_schedules (connection, mode, every_minutes, enabled, next_at)
      values ($1, $2, coalesce($3::int, $4), $3 is not null, now() + make_interval(mins => coalesce($3::int, $4)))
      on conflict (connection, mode) do update set enabled = excluded.enabled, next_at = excluded.next_at,
        every_minutes = case when excluded.enabled then excluded.every_minutes else sync_schedules.every_minutes end`,
    values: [schedule.connection, schedule.mode, schedule.everyMinutes, fallbackMinutes],
  })
}
