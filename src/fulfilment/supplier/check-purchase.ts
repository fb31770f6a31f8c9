import { endPurchase, succeedPurchase } from './end-purchase.ts'
import type { SupplierOrder } from '../ports.ts'
import { later, type Purchase, type PurchaseDeps } from './purchase.ts'
import { findPurchase, postponePurchase } from './purchase-store.ts'
import { timingOf, waitOf } from './purchase-timing.ts'
import { doubt } from './record-outcome.ts'
import { resolveUnknown, type LookupResult } from './resolve-unknown.ts'

/**
 * Moves a purchase on by asking the supplier: an accepted one by its reference (also one that a person holds, since
 * a late success is still a success), one in doubt through the order list. One in flight whose process died becomes
 * UNKNOWN and is never sent again. Safe to repeat and to run in parallel.
 */
export async function checkPurchase(deps: PurchaseDeps, purchaseId: string): Promise<LookupResult> {
  const purchase = await findPurchase(deps.db, purchaseId)
  switch (purchase?.state) {
    case 'UNKNOWN':
      return await resolveUnknown(deps, purchaseId)
    case 'IN_FLIGHT':
      return await declareLost(deps, purchase)
    case 'ACCEPTED':
    case 'MANUAL':
      return purchase.supplier_ref === null ? 'skipped' : await ask(deps, purchase, purchase.supplier_ref)
    default:
      return 'skipped'
  }
}

async function declareLost(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  const isLost = purchase.next_check_at !== null && purchase.next_check_at <= deps.clock.now()
  if (!isLost) return 'skipped'
  const moved = await deps.db.transaction('fulfilment.declare-lost', { role: 'worker' }, (tx) =>
    doubt(tx, deps, purchase, 'the process that sent it is gone'),
  )
  return moved ? 'waiting' : 'skipped'
}

async function ask(deps: PurchaseDeps, purchase: Purchase, supplierRef: string): Promise<LookupResult> {
  const answer = await deps.suppliers.get(purchase.supplier)?.findOrder(supplierRef)
  const order = answer?.ok ? answer.value : undefined
  if (order?.unfamiliarState)
    deps.log.warn({ purchaseId: purchase.id }, 'supplier uses an unfamiliar order state')
  if (order === undefined || order.state === 'pending') return await keepAsking(deps, purchase)
  return await settle(deps, purchase, order)
}

async function settle(deps: PurchaseDeps, purchase: Purchase, order: SupplierOrder): Promise<LookupResult> {
  const now = deps.clock.now()
  const { supplierRef, price, note } = order
  const moved = await deps.db.transaction('fulfilment.settle-purchase', { role: 'worker' }, async (tx) => {
    if (order.state === 'success')
      return await succeedPurchase(tx, deps, purchase, { supplierRef, price, note, now })
    const reason = note === '' ? 'supplier failed the order' : note
    return await endPurchase(tx, deps, purchase, { to: 'FAILED', code: 'supplier_failed', reason, now })
  })
  return moved ? 'settled' : 'skipped'
}

/** Asks at growing intervals; an order that stays open too long is for a person, and can still end by a message. */
async function keepAsking(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  if (purchase.state === 'MANUAL') return 'waiting'
  const timing = timingOf(deps)
  const now = deps.clock.now()
  return await deps.db.transaction('fulfilment.keep-asking', { role: 'worker' }, async (tx) => {
    if (purchase.sent_at !== null && now > later(purchase.sent_at, timing.acceptedDeadlineMs)) {
      const ending = {
        to: 'MANUAL',
        code: 'still_open',
        reason: 'accepted long ago and still open',
        now,
      } as const
      return (await endPurchase(tx, deps, purchase, ending)) ? 'settled' : 'skipped'
    }
    const at = later(now, waitOf(timing.checkEveryMs, purchase.checks + 1))
    if (!(await postponePurchase(tx, purchase, at))) return 'skipped'
    await deps.announce(tx, { kind: 'purchase.check', purchaseId: purchase.id, at })
    return 'waiting'
  })
}
