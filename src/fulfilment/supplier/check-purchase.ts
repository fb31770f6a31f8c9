import { endPurchase, handToPerson, succeedPurchase } from './end-purchase.ts'
import type { SupplierOrder } from '../ports.ts'
import { lacksCode, type Purchase, type PurchaseDeps } from './purchase.ts'
import { findPurchase, postponePurchase } from './purchase-store.ts'
import { timingOf, waitOf } from './purchase-timing.ts'
import { doubt } from './record-outcome.ts'
import { resolveUnknown, type LookupResult } from './resolve-unknown.ts'

/**
 * Moves a purchase whose time has come on by asking the supplier: an accepted one by its reference, one in doubt
 * through the order list; also one that a person holds, since a late success is still a success. One in flight whose
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
    case 'ACCEPTED':
    case 'MANUAL':
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
    doubt(tx, deps, purchase, 'the process that sent it is gone'),
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
  const { supplierRef, price, note } = order
  const moved = await deps.db.transaction('fulfilment.settle-purchase', { role: 'worker' }, async (tx) => {
    if (order.state === 'success')
      return await succeedPurchase(tx, deps, purchase, { supplierRef, price, note })
    const reason = note === '' ? 'supplier failed the order' : note
    return await endPurchase(tx, deps, purchase, { to: 'FAILED', code: 'supplier_failed', reason })
  })
  return { kind: moved ? 'settled' : 'moved_on' }
}

/** Asks at growing intervals; an order that stays open too long is for a person, and can still end by a message. */
async function keepAsking(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  const timing = timingOf(deps)
  return await deps.db.transaction('fulfilment.keep-asking', { role: 'worker' }, async (tx) => {
    if (purchase.state === 'MANUAL') {
      return { kind: (await postponePurchase(tx, purchase, null)) === undefined ? 'moved_on' : 'pending' }
    }
    if ((purchase.sent_for_ms ?? 0) > timing.acceptedDeadlineMs) {
      const why = { code: 'still_open', reason: 'accepted long ago and still open' }
      return { kind: (await handToPerson(tx, deps, purchase, why)) ? 'settled' : 'moved_on' }
    }
    const postponed = await postponePurchase(tx, purchase, waitOf(timing.checkEveryMs, purchase.checks + 1))
    if (postponed?.at == null) return { kind: 'moved_on' }
    await deps.announce(tx, { kind: 'purchase.check', purchaseId: purchase.id, at: postponed.at })
    return { kind: 'pending' }
  })
}
