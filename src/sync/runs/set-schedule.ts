import { err, ok, type Result } from '#shared/result.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { addConnection } from './register-connections.ts'
import { upsertSchedule } from './schedules-store.ts'

/** A month of 31 days, in minutes: more seldom is by hand. The table holds the same bound. */
const MOST_MINUTES = 44_640
/** Kept with a schedule that is switched off before it was ever on. */
const DAY_MINUTES = 1_440

/** Changes how often a connection runs by itself, counted from now; `everyMinutes` null switches it off. */
export async function setSchedule(
  deps: SyncDeps,
  name: string,
  mode: 'full' | 'changes',
  everyMinutes: number | null,
): Promise<Result<void, { code: 'unknown_connection' | 'bad_interval' }>> {
  const connection = deps.connections.get(name)
  if (connection === undefined) return err({ code: 'unknown_connection' })
  if (everyMinutes !== null && !isInterval(everyMinutes)) return err({ code: 'bad_interval' })
  await deps.db.transaction('sync.set-schedule', { role: 'worker' }, async (tx) => {
    await addConnection(tx, connection)
    await upsertSchedule(tx, { connection: name, mode, everyMinutes }, DAY_MINUTES)
  })
  return ok(undefined)
}

function isInterval(minutes: number): boolean {
  return Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES
}
