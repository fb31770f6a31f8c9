import type { Database } from '#platform/database.ts'
import { selectDueMessages } from './messages-store.ts'

/** Ids of messages that may be tried now and whose job was lost or not yet due, longest due first. */
export async function dueMessages(db: Database, limit: number): Promise<string[]> {
  return await selectDueMessages(db, limit)
}
