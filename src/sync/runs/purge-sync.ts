import type { SyncDeps } from '../sync-deps.ts'
import { deleteOld, PURGES, type Keeping } from './purge-store.ts'

/**
 * What was changed is asked about for a season; what was closed for a month. A run's own row is a line of a few hundred
 * bytes and tells for a year whether things went well. Ids that an enumeration named are of no use once it is over.
 */
const KEEPING: Keeping = { runDays: 365, detailDays: 90, letterDays: 30, generationDays: 7 }
/** Rows of one transaction: tens of milliseconds. */
const BATCH = 2_000
/** Batches of one turn and kind; the next turn takes the rest. */
const MOST_BATCHES = 50

/** Takes away what nobody asks about any more, in bounded batches. Returns the rows of each kind. */
export async function purgeSync(
  deps: Pick<SyncDeps, 'db'>,
  keeping: Keeping = KEEPING,
): Promise<Record<string, number>> {
  const purged: Record<string, number> = {}
  for (const purge of PURGES) {
    let rows = 0
    for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
      const taken = await deps.db.transaction('sync.purge', { role: 'worker' }, (tx) =>
        deleteOld(tx, purge, keeping, BATCH),
      )
      rows += taken
      if (taken < BATCH) break
    }
    purged[purge.name] = rows
  }
  return purged
}
