import type { Tx } from '#platform/database.ts'
import type { SyncDeps } from '../sync-deps.ts'
import type { PushKey } from './push-key.ts'
import { upsertWish } from './push-store.ts'

/**
 * Wishes that a record is sent as it is when the caller's transaction commits. Many wishes become one push of the
 * newest version. Waits for other transactions with the same wish, so several records are to be wished in the order of
 * their ids; the job comes first, so that all transactions take their locks in one order.
 */
export async function wantPush(tx: Tx, deps: Pick<SyncDeps, 'enqueue'>, wish: PushKey): Promise<void> {
  const { connection, stream, localId } = wish
  await Promise.all([deps.enqueue(tx, connection, stream), upsertWish(tx, { connection, stream, localId })])
}
