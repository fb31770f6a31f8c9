import { keepAsking } from './keep-asking.ts'
import type { SupplierOrder } from '../ports.ts'
import { lacksCode, type Purchase, type PurchaseDeps } from './purchase.ts'
import { findPurchase, postponePurchase } from './purchase-store.ts'
import { timingOf } from './purchase-timing.ts'
import { doubt, followPlaced } from './record-outcome.ts'
import { repeatPurchase } from './repeat-purchase.ts'
import { resolveUnknown, type LookupResult } from './resolve-unknown.ts'
import { verifyReversal } from './verify-reversal.ts'

/**
 * Moves a purchase whose time has come on by asking the supplier: an accepted one by its reference, one in doubt
 * through the order list, either by the same call again where the supplier takes that for a question; also one that a person holds, since a late success is still a success. One in flight whose
 * process died becomes UNKNOWN and is never sent again; an intent whose job was lost gets a new one. Safe to repeat and in parallel.
 */
export async function checkPurchase(deps: PurchaseDeps, purchaseId: string): Promise<LookupResult> {
  const purchase = await findPurchase(deps.db, purchaseId)
  if (purchase === undefined) return { kind: 'moved_on' }
  if (purchase.due_for_ms === null || purchase.due_for_ms < 0) return { kind: 'pending' }
  switch (purchase.state) {
    case 'INTENT':
      return await announceAgain(deps, purchase)
    case 'UNKNOWN':
      return await resolveUnknown(deps, purchaseId)
    case 'IN_FLIGHT':
      return await declareLost(deps, purchase)
    case 'SUCCEEDED':
      return await verifyReversal(deps, purchase)
    case 'ACCEPTED':
    case 'MANUAL':
      if (deps.suppliers.get(purchase.supplier)?.traits.repeatable)
        return await repeatPurchase(deps, purchase)
      return purchase.supplier_ref === null
        ? await resolveUnknown(deps, purchaseId)
        : await ask(deps, purchase, purchase.supplier_ref)
    default:
      return { kind: 'moved_on' }
  }
}

async function announceAgain(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  return await deps.db.transaction('fulfilment.announce-again', { role: 'worker' }, async (tx) => {
    const postponed = await postponePurchase(tx, purchase, timingOf(deps).intentGraceMs)
    if (postponed === undefined) return { kind: 'moved_on' }
    await deps.announce(tx, { kind: 'purchase.send', purchaseId: purchase.id })
    return { kind: 'pending' }
  })
}

async function declareLost(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  const moved = await deps.db.transaction('fulfilment.declare-lost', { role: 'worker' }, (tx) =>
    doubt(tx, deps, purchase, 'the process that sent it is gone', 'nothing'),
  )
  return { kind: moved ? 'pending' : 'moved_on' }
}

async function ask(deps: PurchaseDeps, purchase: Purchase, supplierRef: string): Promise<LookupResult> {
  const answer = await deps.suppliers.get(purchase.supplier)?.findOrder(supplierRef)
  const order = answer?.ok ? answer.value : undefined
  if (order?.unfamiliarState)
    deps.log.warn({ purchaseId: purchase.id }, 'supplier uses an unfamiliar order state')
  const isComing =
    order?.state === 'pending' || (order?.state === 'success' && lacksCode(purchase, order.note))
  if (order === undefined || isComing) return await keepAsking(deps, purchase)
  return await settle(deps, purchase, order)
}

async function settle(deps: PurchaseDeps, purchase: Purchase, order: SupplierOrder): Promise<LookupResult> {
  const moved = await deps.db.transaction('fulfilment.settle-purchase', { role: 'worker' }, (tx) =>
    followPlaced(tx, deps, purchase, order),
  )
  return { kind: moved ? 'settled' : 'moved_on' }
}
