import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { selectNewestAttempts } from './correction-store.ts'
import { selectUsableOffers } from './offer-view-store.ts'
import type { SupplierLine } from './open-purchases.ts'
import { insertPurchase } from './purchase-store.ts'
import { purchaseTarget } from './purchase-target.ts'
import { PURCHASE_TIMING } from './purchase-timing.ts'
import { takesTarget } from './target-form.ts'

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
  const target = purchaseTarget(line.input, line.phone)
  const offers = await selectUsableOffers(tx, line.skuId, line.unitPrice)
  const offer = offers.find((candidate) => takesTarget(candidate.target_form, target.targetZone))
  if (offer === undefined) return err({ code: 'no_offer' })
  const plan = { waitMs: 0, graceMs: PURCHASE_TIMING.intentGraceMs }
  const opened = await Promise.all(
    ended.map(({ slot, attempt }) =>
      insertPurchase(tx, { lineId: line.lineId, slot, attempt: attempt + 1, offer, ...target, ...plan }),
    ),
  )
  return ok({ purchaseIds: opened.map(({ id }) => id) })
}

const ENDED: ReadonlySet<string> = new Set(['FAILED', 'REFUSED', 'NOT_PLACED'])
