import type { Database } from '#platform/database.ts'
import { dueStatement } from './purchase-view-store.ts'

/** Purchases per sweep; the next sweep takes the rest. */
const SWEEP_BATCH = 200

/** Purchases whose job was lost or is due, longest waiting first: what to send, and what to check. */
export async function duePurchases(db: Database, now: Date): Promise<{ send: string[]; check: string[] }> {
  const due = await db.once('fulfilment.due-purchases', { role: 'worker' }, dueStatement(now, SWEEP_BATCH))
  return {
    send: due.filter(({ state }) => state === 'INTENT').map(({ id }) => id),
    check: due.filter(({ state }) => state !== 'INTENT').map(({ id }) => id),
  }
}
