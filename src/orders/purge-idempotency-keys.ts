import type { Database } from '#platform/database.ts'
import { deleteOldIdempotencyKeys } from './orders-store.ts'

/** Days after which a key may be used anew: far beyond any client's retries. */
const KEEP_DAYS = 30

/** Deletes idempotency keys that no client repeats any more. */
export async function purgeIdempotencyKeys(db: Database): Promise<void> {
  await db.transaction('orders.purge-keys', { role: 'worker' }, (tx) =>
    deleteOldIdempotencyKeys(tx, KEEP_DAYS),
  )
}
