import type { Database } from '#platform/database.ts'
import { selectDueMessages, type DueMessage } from './messages-store.ts'

/**
 * Messages that may be tried now and whose job was lost or not yet due, at most `limit` of each channel, longest due
 * first.
 */
export async function dueMessages(db: Database, limit: number): Promise<DueMessage[]> {
  return await selectDueMessages(db, limit)
}
