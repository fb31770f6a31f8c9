import { newId } from '#platform/ids.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { insertAlerts, resolveAlerts, selectTroubles } from './alerts-store.ts'

/** One missed turn may be a slow run, three are not. */
const LATE_INTERVALS = 3
/** Single bad records come and go; this many more within the hour are a change at the source. */
const LETTERS_GROWTH = 10
const LETTERS_MINUTES = 60
/** More than this share of a run means the source changed its format, not that a few records are wrong. */
const REJECTED_PERCENT = 2
/** Bounds how far back the last run of a stream is looked for. */
const NEWS_DAYS = 30

/** Opens an alert once for everything that is wrong, and resolves those whose reason is over. Harmless to repeat. */
export async function checkAlerts(deps: SyncDeps): Promise<{ opened: number; resolved: number }> {
  const connections = [...deps.connections.values()]
  const all = connections.flatMap(({ name, streams }) =>
    streams.map((stream) => ({ connection: name, stream: stream.name, kind: stream.kind })),
  )
  const streams = {
    pull: all.filter((stream) => stream.kind === 'pull'),
    records: all.filter((stream) => stream.kind !== 'work'),
  }
  const names = connections.map((connection) => connection.name)
  return await deps.db.transaction('sync.check-alerts', { role: 'worker' }, async (tx) => {
    const troubles = await selectTroubles(tx, names, streams, {
      lateIntervals: LATE_INTERVALS,
      growth: LETTERS_GROWTH,
      growthMinutes: LETTERS_MINUTES,
      rejectedPercent: REJECTED_PERCENT,
      newsDays: NEWS_DAYS,
    })
    const resolved = await resolveAlerts(tx, troubles)
    const opened = await insertAlerts(
      tx,
      troubles.map((trouble) => ({ ...trouble, id: newId() })),
    )
    return { opened, resolved }
  })
}
