import type { Database } from '#platform/database.ts'
import { deleteOldScores } from './scores-store.ts'

/** Forgets records of suppliers that are too old to count, and circuits that nobody used for a day; how many. */
export async function purgeScores(db: Database): Promise<number> {
  return await db.transaction('fulfilment.purge-scores', { role: 'worker' }, deleteOldScores)
}
