import { err, ok, type Result } from '#shared/result.ts'
import { endPurchase, replacePurchase, succeedPurchase } from './end-purchase.ts'
import type { PurchaseDeps } from './purchase.ts'
import { findPurchase } from './purchase-store.ts'

/** What a person found out about a purchase at the supplier. */
export type PurchaseDecision =
  | { kind: 'delivered'; supplierRef: string; price: number; note: string }
  | { kind: 'failed' }
  /** It was never placed: the unit is bought by a new attempt. */
  | { kind: 'not_placed' }

/**
 * Ends a purchase that waits for a person as that person decided. `not_manual` when it does not wait for anybody (any
 * more). Repeating it changes nothing.
 */
export async function decidePurchase(
  deps: PurchaseDeps,
  purchaseId: string,
  decision: PurchaseDecision,
  actor: string,
): Promise<Result<void, { code: 'not_manual' }>> {
  const purchase = await findPurchase(deps.db, purchaseId)
  if (purchase?.state !== 'MANUAL') return err({ code: 'not_manual' })
  const now = deps.clock.now()
  const reason = `decided by ${actor}`
  return await deps.db.transaction('fulfilment.decide-purchase', { role: 'worker' }, async (tx) => {
    const isMoved =
      decision.kind === 'delivered'
        ? await succeedPurchase(tx, deps, purchase, { ...decision, now, reason })
        : decision.kind === 'failed'
          ? await endPurchase(tx, deps, purchase, { to: 'FAILED', code: 'decided', reason, now })
          : await replacePurchase(tx, deps, purchase, {
              to: 'NOT_PLACED',
              code: 'decided',
              reason,
              now,
              waitMs: 0,
            })
    return isMoved ? ok(undefined) : err({ code: 'not_manual' })
  })
}
