import type { Tx } from '#platform/database.ts'
import type { Purchase, PurchaseDeps } from './purchase.ts'
import { hastenNext } from './purchase-store.ts'
import { timingOf } from './purchase-timing.ts'

/**
 * Lets the next purchase for the same target go when one whose order is now known leaves the doubt. `purchase` is how
 * it stood before. Not for ends that prove nothing about the supplier's will to sell: two slots it throttles would
 * wake each other without a pause.
 */
export async function wakeNext(tx: Tx, deps: PurchaseDeps, purchase: Purchase): Promise<void> {
  const { state, supplier_ref: ref } = purchase
  const wasInDoubt = state === 'IN_FLIGHT' || state === 'UNKNOWN' || (state === 'MANUAL' && ref === null)
  if (!wasInDoubt) return
  const purchaseId = await hastenNext(tx, purchase, timingOf(deps).intentGraceMs)
  if (purchaseId !== undefined) await deps.announce(tx, { kind: 'purchase.send', purchaseId })
}
