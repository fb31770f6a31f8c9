import type { Tx } from '#platform/database.ts'

/**
 * Locks a connection until commit; undefined when it was never registered. Whoever starts, ends or asks for runs of a
 * connection holds this lock, so that they see each other. Taken after a held pass and before runs and other passes.
 */
export function lockConnection(tx: Tx, name: string): Promise<{ isPaused: boolean } | undefined> {
  return tx.maybe<{ isPaused: boolean }>({
    name: 'sync_lock_connection',
    text: `select paused_at is not null as "isPaused" from sync_connections where name = $1 for no key update`,
    values: [name],
  })
}

/** Makes rows for a connection, its streams and schedules where there are none; what an operator set stays. */
export async function insertConnection(
  tx: Tx,
  connection: {
    name: string
    streams: readonly string[]
    schedules: readonly { mode: string; everyMinutes: number }[]
  },
  firstRunMinutes: number,
): Promise<void> {
  await tx.count({
    text: `insert into sync_connections (name) values ($1) on conflict (name) do nothing`,
    values: [connection.name],
  })
  const streams = tx.count({
    text: `insert into sync_streams (connection, stream) select $1, unnest($2::text[])
      on conflict (connection, stream) do nothing`,
    values: [connection.name, connection.streams],
  })
  const schedules = tx.count({
    text: `insert into sync_schedules (connection, mode, every_minutes, next_at)
      select $1, s.mode, s.every_minutes, now() + make_interval(mins => least(s.every_minutes, $4))
      from unnest($2::text[], $3::int[]) as s (mode, every_minutes)
      on conflict (connection, mode) do nothing`,
    values: [
      connection.name,
      connection.schedules.map((schedule) => schedule.mode),
      connection.schedules.map((schedule) => schedule.everyMinutes),
      firstRunMinutes,
    ],
  })
  await Promise.all([streams, schedules])
}

/** Holds a connection still or lets it go on. Setting the same twice keeps who did it first. */
export async function updatePause(tx: Tx, name: string, paused: boolean, by: string): Promise<void> {
  await tx.count({
    text: `update sync_connections set paused_at = case when $2 then now() end, paused_by = case when $2 then $3 end
      where name = $1 and (paused_at is not null) <> $2`,
    values: [name, paused, by],
  })
}
