import type { SupplierOrder } from '../ports.ts'
import { chargeVerdict } from './charge-verdict.ts'
import { handToPerson, replacePurchase } from './end-purchase.ts'
import { matchOrders } from './match-orders.ts'
import type { Purchase, PurchaseDeps } from './purchase.ts'
import { findPurchase, linkedRefsStatement, postponePurchase } from './purchase-store.ts'
import { timingOf, waitOf } from './purchase-timing.ts'
import { neighboursStatement, sentSinceStatement, timeStatement } from './purchase-view-store.ts'
import { followPlaced } from './record-outcome.ts'
import { repeatPurchase } from './repeat-purchase.ts'

/** Orders asked for at once; more when we ourselves sent many since. */
const LIST_LIMIT = 50
/** Beyond this many orders since the one in doubt, its absence from the list proves nothing. */
const LIST_LIMIT_MOST = 500

/**
 * What a lookup brought: the purchase moved (`settled`), is still open and has its next look planned (`pending`), or
 * was not in the state that is looked up, for example because another run was faster (`moved_on`).
 */
export type LookupResult = { kind: 'settled' | 'pending' | 'moved_on' }

type Sighting =
  | { kind: 'found'; order: SupplierOrder }
  | { kind: 'several'; detail: string }
  /** `complete`: the list went back far enough for absence to mean something. */
  | { kind: 'absent'; complete: boolean }
  | { kind: 'unseen'; detail: string }

/**
 * Looks a purchase in doubt up in the supplier's list of recent orders. Rows carry no time and no reference of ours,
 * so "same target, zone and product, and not linked to a purchase of ours" is the match: one such order is adopted,
 * several are for a person. None counts as not placed only after the resolve window and when the balance agrees. What
 * is still in doubt at the deadline, also because the list cannot be read, is for a person, and looked for ever more
 * seldom. Never buys; a new attempt is announced. A supplier that takes our reference is asked by the same call instead.
 * @see suppliers.md 1.11 step 5
 */
export async function resolveUnknown(deps: PurchaseDeps, purchaseId: string): Promise<LookupResult> {
  const purchase = await findPurchase(deps.db, purchaseId)
  if (purchase === undefined || !isLost(purchase)) return { kind: 'moved_on' }
  if (deps.suppliers.get(purchase.supplier)?.traits.repeatable) return await repeatPurchase(deps, purchase)
  const sighting = await look(deps, purchase)
  if (sighting.kind === 'found') return await adopt(deps, purchase, sighting.order)
  if (purchase.state === 'MANUAL') return await lookAgain(deps, purchase)
  if (sighting.kind === 'several') return await handOver(deps, purchase, sighting.detail)
  if (sighting.kind === 'absent' && (await isProvenAbsent(deps, purchase, sighting.complete)))
    return await declareNotPlaced(deps, purchase)
  if ((purchase.unknown_for_ms ?? 0) < timingOf(deps).resolveDeadlineMs)
    return await lookAgain(deps, purchase)
  const why = sighting.kind === 'unseen' ? sighting.detail : 'the balance does not agree'
  return await handOver(deps, purchase, `not found in the order list: ${why}`)
}

function isLost({ state, supplier_ref: ref }: Purchase): boolean {
  return state === 'UNKNOWN' || (state === 'MANUAL' && ref === null)
}

async function look(deps: PurchaseDeps, purchase: Purchase): Promise<Sighting> {
  const supplier = deps.suppliers.get(purchase.supplier)
  if (supplier === undefined) return unseen(deps, purchase, 'supplier not configured')
  const limit = await listLimit(deps, purchase)
  const listed = await supplier.listRecentOrders(limit)
  if (!listed.ok) return unseen(deps, purchase, `${listed.error.code}: ${listed.error.detail}`)
  const candidates = await unlinkedMatches(deps, purchase, listed.value)
  const [order] = candidates
  if (candidates.length > 1)
    return { kind: 'several', detail: `${candidates.length} orders could be this one` }
  return order === undefined
    ? { kind: 'absent', complete: limit < LIST_LIMIT_MOST }
    : { kind: 'found', order }
}

function unseen(deps: PurchaseDeps, { id, supplier }: Purchase, detail: string): Sighting {
  deps.log.warn({ purchaseId: id, supplier, detail }, 'a purchase in doubt cannot be looked up')
  return { kind: 'unseen', detail }
}

async function listLimit(deps: PurchaseDeps, purchase: Purchase): Promise<number> {
  const statement = sentSinceStatement(purchase.id)
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

/** Measured from the moment of doubt: the clock of the process that sent it has no say. */
async function isProvenAbsent(deps: PurchaseDeps, purchase: Purchase, isComplete: boolean): Promise<boolean> {
  const { resolveWindowMs, lostAfterMs } = timingOf(deps)
  const isWindowOver =
    (purchase.unknown_for_ms ?? 0) >= resolveWindowMs && (purchase.sent_for_ms ?? 0) >= lostAfterMs
  return isComplete && isWindowOver && (await balanceAgrees(deps, purchase))
}

async function declareNotPlaced(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  const moved = await deps.db.transaction('fulfilment.declare-not-placed', { role: 'worker' }, (tx) =>
    replacePurchase(tx, deps, purchase, {
      to: 'NOT_PLACED',
      code: 'not_placed',
      reason: 'neither in the order list nor in the balance',
      blame: 'offer',
      waitMs: 0,
    }),
  )
  return { kind: moved ? 'settled' : 'moved_on' }
}

/** The time is noted before the balance is read: what changes after it may or may not be in the balance. */
async function balanceAgrees(deps: PurchaseDeps, purchase: Purchase): Promise<boolean> {
  if (purchase.balance_before === null) return false
  const [reading] = await deps.db.once('fulfilment.note-time', { role: 'worker' }, timeStatement())
  const balance = await deps.suppliers.get(purchase.supplier)?.fetchBalance()
  if (!balance?.ok || reading === undefined) return false
  const statement = neighboursStatement(purchase.id, reading.now)
  const neighbours = await deps.db.once('fulfilment.neighbours', { role: 'worker' }, statement)
  const spent = purchase.balance_before - balance.value
  return chargeVerdict(spent, purchase.expected_cost, neighbours) === 'not_charged'
}

async function handOver(deps: PurchaseDeps, purchase: Purchase, reason: string): Promise<LookupResult> {
  deps.log.error({ purchaseId: purchase.id, reason }, 'a person must decide about a purchase')
  const moved = await deps.db.transaction('fulfilment.hand-over', { role: 'worker' }, (tx) =>
    handToPerson(tx, deps, purchase, { code: 'undecided', reason }),
  )
  return { kind: moved ? 'settled' : 'moved_on' }
}

async function lookAgain(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  const { lookupEveryMs, lateLookupEveryMs } = timingOf(deps)
  const waitMs = purchase.state === 'MANUAL' ? waitOf(lateLookupEveryMs, purchase.checks + 1) : lookupEveryMs
  return await deps.db.transaction('fulfilment.look-again', { role: 'worker' }, async (tx) => {
    const postponed = await postponePurchase(tx, purchase, waitMs)
    if (postponed?.at == null) return { kind: 'moved_on' }
    await deps.announce(tx, { kind: 'purchase.check', purchaseId: purchase.id, at: postponed.at })
    return { kind: 'pending' }
  })
}
