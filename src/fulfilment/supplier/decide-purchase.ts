import { err, ok, type Result } from '#shared/result.ts'
import { endPurchase, replacePurchase, succeedPurchase } from './end-purchase.ts'
import { lacksCode, type PurchaseDeps } from './purchase.ts'
import { findPurchase } from './purchase-store.ts'

/** What a person found out about a purchase at the supplier. */
export type PurchaseDecision =
  | { kind: 'delivered'; supplierRef: string; price: number; note: string }
  | { kind: 'failed' }
  /** It was never placed: the unit is bought by a new attempt. */
  | { kind: 'not_placed' }

/**
 * Ends a purchase that waits for a person as that person decided. `not_manual` when it does not wait for anybody (any
 * more), `code_missing` when a purchase that brings a code is called delivered without one. Repeating it changes
 * nothing.
 */
export async function decidePurchase(
  deps: PurchaseDeps,
  purchaseId: string,
  decision: PurchaseDecision,
  actor: string,
): Promise<Result<void, { code: 'not_manual' | 'code_missing' }>> {
  const purchase = await findPurchase(deps.db, purchaseId)
  if (purchase?.state !== 'MANUAL') return err({ code: 'not_manual' })
  if (decision.kind === 'delivered' && lacksCode(purchase, decision.note))
    return err({ code: 'code_missing' })
  const reason = `decided by ${actor}`
  return await deps.db.transaction('fulfilment.decide-purchase', { role: 'worker' }, async (tx) => {
    const isMoved =
      decision.kind === 'delivered'
        ? await succeedPurchase(tx, deps, purchase, { ...decision, reason })
        : decision.kind === 'failed'
          ? await endPurchase(tx, deps, purchase, { to: 'FAILED', code: 'decided', reason, blame: 'nothing' })
          : await replacePurchase(tx, deps, purchase, {
              to: 'NOT_PLACED',
              code: 'decided',
              reason,
              blame: 'nothing',
              waitMs: 0,
            })
    return isMoved ? ok(undefined) : err({ code: 'not_manual' })
  })
}
