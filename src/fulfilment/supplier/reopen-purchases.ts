import type { Tx } from '#platform/database.ts'
import { ok, type Result } from '#shared/result.ts'
import { selectNewestAttempts } from './stuck-purchase-store.ts'
import { openSlots, type SupplierLine } from './open-purchases.ts'

/**
 * Opens a new attempt for every unit of a line that ended without goods, with the line's input as it is now; the ids to
 * send. A unit that is open or was delivered stays as it is, so that repeating it opens nothing new. Offers that refused
 * the old target count again.
 */
export async function reopenPurchases(
  tx: Tx,
  line: SupplierLine,
): Promise<Result<{ purchaseIds: string[] }, { code: 'no_offer' }>> {
  const attempts = await selectNewestAttempts(tx, line.lineId)
  const ended = attempts.filter(({ state }) => ENDED.has(state))
  if (ended.length === 0) return ok({ purchaseIds: [] })
  return await openSlots(
    tx,
    line,
    ended.map(({ slot, attempt }) => ({ slot, attempt: attempt + 1 })),
  )
}

const ENDED: ReadonlySet<string> = new Set(['FAILED', 'REFUSED', 'NOT_PLACED'])
