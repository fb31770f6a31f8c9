import type { Database } from '#platform/database.ts'
import { deleteOldMessages } from './messages-store.ts'

/** Half a year: longer than buyers ask whether they were told, and than a chargeback takes. */
const KEEP_DAYS = 180
/** Messages of one transaction: short enough to hold up nobody. */
const BATCH = 2_000
/** Batches of one run; the next hour takes the rest. */
const MAX_BATCHES = 50

/** Forgets messages that were over long ago, with their history. */
export async function purgeOldMessages(db: Database): Promise<void> {
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const deleted = await db.transaction('messages.purge', { role: 'worker' }, (tx) =>
      deleteOldMessages(tx, KEEP_DAYS, BATCH),
    )
    if (deleted < BATCH) return
  }
}
