import { ok, type Result } from '#shared/result.ts'
import type { Supplier, SupplierFailure } from '../ports.ts'
import type { PurchaseDeps } from './purchase.ts'
import { timingOf } from './purchase-timing.ts'
import { findStateStatement } from './supplier-states-store.ts'

/**
 * The balance before a purchase: where lost answers are looked up it is the proof that nothing was charged, so it is
 * read each time. Of suppliers that are asked by the same call it is only watched: null while the last reading is young.
 */
export async function readBalance(
  deps: PurchaseDeps,
  supplier: Supplier,
): Promise<Result<number | null, SupplierFailure>> {
  if (!supplier.traits.repeatable) return await supplier.fetchBalance()
  const statement = findStateStatement(supplier.id)
  const [state] = await deps.db.once('fulfilment.find-balance', { role: 'worker' }, statement)
  if ((state?.balance_age_ms ?? Number.POSITIVE_INFINITY) < timingOf(deps).balanceEveryMs) return ok(null)
  return await supplier.fetchBalance()
}
