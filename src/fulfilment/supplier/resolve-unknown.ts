import type { Supplier, SupplierOrder } from '../ports.ts'
import { chargeVerdict } from './charge-verdict.ts'
import { endPurchase, replacePurchase } from './end-purchase.ts'
import { matchOrders } from './match-orders.ts'
import { later, type Purchase, type PurchaseDeps } from './purchase.ts'
import { findPurchase, linkedRefsStatement, postponePurchase } from './purchase-store.ts'
import { timingOf } from './purchase-timing.ts'
import { neighboursStatement, sentSinceStatement } from './purchase-view-store.ts'
import { followPlaced } from './record-outcome.ts'

/** Orders asked for at once; more when we ourselves sent many since. */
const LIST_LIMIT = 50
/** Beyond this many orders since the one in doubt, its absence from the list proves nothing. */
const LIST_LIMIT_MOST = 500

/**
 * What a lookup brought: the purchase moved (`settled`), is still open and has its next look planned (`pending`), or
 * was not in the state that is looked up, for example because another run was faster (`moved_on`).
 */
export type LookupResult = { kind: 'settled' | 'pending' | 'moved_on' }

/**
 * Looks a purchase in doubt up in the supplier's list of recent orders. Rows carry no time and no reference of ours,
 * so "same target, zone and product, and not linked to a purchase of ours" is the match: one such order is adopted,
 * several are for a person. None counts as not placed only after the resolve window and when the balance agrees.
 * Never buys; a new attempt is announced. @see suppliers.md 1.11 step 5
 */
export async function resolveUnknown(deps: PurchaseDeps, purchaseId: string): Promise<LookupResult> {
  const purchase = await findPurchase(deps.db, purchaseId)
  if (purchase?.state !== 'UNKNOWN' || purchase.sent_at === null) return { kind: 'moved_on' }
  const supplier = deps.suppliers.get(purchase.supplier)
  if (supplier === undefined) return await lookAgain(deps, purchase)
  const limit = await listLimit(deps, purchase, purchase.sent_at)
  const listed = await supplier.listRecentOrders(limit)
  if (!listed.ok) return await lookAgain(deps, purchase)
  const candidates = await unlinkedMatches(deps, purchase, listed.value)
  const [found] = candidates
  if (candidates.length > 1)
    return await handOver(deps, purchase, `${candidates.length} orders could be this one`)
  if (found !== undefined) return await adopt(deps, purchase, found)
  return await judgeAbsence(deps, supplier, purchase, {
    sentAt: purchase.sent_at,
    complete: limit < LIST_LIMIT_MOST,
  })
}

async function listLimit(deps: PurchaseDeps, purchase: Purchase, sentAt: Date): Promise<number> {
  const statement = sentSinceStatement(purchase.supplier, sentAt)
  const [row] = await deps.db.once('fulfilment.count-sent', { role: 'worker' }, statement)
  return Math.min(LIST_LIMIT_MOST, LIST_LIMIT + 2 * (row?.sent ?? 0))
}

async function unlinkedMatches(
  deps: PurchaseDeps,
  purchase: Purchase,
  orders: SupplierOrder[],
): Promise<SupplierOrder[]> {
  const { target_no: targetNo, target_zone: targetZone, expected_name: displayName } = purchase
  const matches = matchOrders(orders, { targetNo, targetZone, displayName })
  if (matches.length === 0) return []
  const statement = linkedRefsStatement(
    purchase.supplier,
    matches.map((order) => order.supplierRef),
  )
  const linked = await deps.db.once('fulfilment.linked-refs', { role: 'worker' }, statement)
  const taken = new Set(linked.map((row) => row.supplier_ref))
  return matches.filter((order) => !taken.has(order.supplierRef))
}

async function adopt(deps: PurchaseDeps, purchase: Purchase, order: SupplierOrder): Promise<LookupResult> {
  const moved = await deps.db.transaction('fulfilment.adopt-order', { role: 'worker' }, (tx) =>
    followPlaced(tx, deps, purchase, order),
  )
  return { kind: moved ? 'settled' : 'moved_on' }
}

async function judgeAbsence(
  deps: PurchaseDeps,
  supplier: Supplier,
  purchase: Purchase,
  evidence: { sentAt: Date; complete: boolean },
): Promise<LookupResult> {
  const timing = timingOf(deps)
  const now = deps.clock.now()
  if (now < later(evidence.sentAt, timing.resolveWindowMs)) return await lookAgain(deps, purchase)
  if (evidence.complete && (await balanceAgrees(deps, supplier, purchase, evidence.sentAt))) {
    await deps.db.transaction('fulfilment.declare-not-placed', { role: 'worker' }, (tx) =>
      replacePurchase(tx, deps, purchase, {
        to: 'NOT_PLACED',
        code: 'not_placed',
        reason: 'neither in the order list nor in the balance',
        now,
        waitMs: 0,
      }),
    )
    return { kind: 'settled' }
  }
  if (now < later(evidence.sentAt, timing.resolveDeadlineMs)) return await lookAgain(deps, purchase)
  return await handOver(deps, purchase, 'not in the order list, but the balance does not agree')
}

async function balanceAgrees(
  deps: PurchaseDeps,
  supplier: Supplier,
  purchase: Purchase,
  sentAt: Date,
): Promise<boolean> {
  if (purchase.balance_before === null) return false
  const balance = await supplier.fetchBalance()
  if (!balance.ok) return false
  const statement = neighboursStatement(purchase.supplier, purchase.id, sentAt)
  const neighbours = await deps.db.once('fulfilment.neighbours', { role: 'worker' }, statement)
  return (
    chargeVerdict(purchase.balance_before - balance.value, purchase.expected_cost, neighbours) ===
    'not_charged'
  )
}

async function handOver(deps: PurchaseDeps, purchase: Purchase, reason: string): Promise<LookupResult> {
  const now = deps.clock.now()
  deps.log.error({ purchaseId: purchase.id, reason }, 'a person must decide about a purchase')
  await deps.db.transaction('fulfilment.hand-over', { role: 'worker' }, (tx) =>
    endPurchase(tx, deps, purchase, { to: 'MANUAL', code: 'undecided', reason, now }),
  )
  return { kind: 'settled' }
}

async function lookAgain(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  const at = later(deps.clock.now(), timingOf(deps).lookupEveryMs)
  return await deps.db.transaction('fulfilment.look-again', { role: 'worker' }, async (tx) => {
    if (!(await postponePurchase(tx, purchase, at))) return { kind: 'moved_on' }
    await deps.announce(tx, { kind: 'purchase.check', purchaseId: purchase.id, at })
    return { kind: 'pending' }
  })
}
