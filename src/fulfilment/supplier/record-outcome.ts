import { violatedConstraint, type Tx } from '#platform/database.ts'
import { unreachable } from '#shared/result.ts'
import type { PlaceOutcome, RefusalReason, SupplierState } from '../ports.ts'
import { endPurchase, replacePurchase, succeedPurchase } from './end-purchase.ts'
import { lacksCode, type Purchase, type PurchaseDeps } from './purchase.ts'
import { noteFailure, type Blame } from './note-end.ts'
import { movePurchase } from './purchase-store.ts'
import { repeatAfterOf, timingOf, waitOf } from './purchase-timing.ts'
import { writePause } from './supplier-states-store.ts'
import { wakeNext } from './wake-next.ts'

/** What a supplier shows of an order that was found or accepted. `price` is 0 when it did not say. */
export type PlacedOrder = {
  supplierRef: string
  state: SupplierState
  price: number
  note: string
  reason?: RefusalReason
  provisional?: boolean
}

/**
 * Writes the outcome of a call, if its claim is still the current one; true then. A late outcome of a process that
 * was declared lost changes nothing: its purchase is being looked up, and the order is found there.
 */
export async function recordOutcome(
  deps: PurchaseDeps,
  purchase: Purchase,
  outcome: PlaceOutcome,
): Promise<boolean> {
  try {
    return await writeOutcome(deps, purchase, outcome)
  } catch (error) {
    if (violatedConstraint(error) !== 'supplier_purchases_ref') throw error
    deps.log.error(
      { purchaseId: purchase.id },
      'supplier answered with a reference that another purchase has',
    )
    return await writeOutcome(deps, purchase, { kind: 'unknown', detail: 'reference of another purchase' })
  }
}

async function writeOutcome(deps: PurchaseDeps, purchase: Purchase, outcome: PlaceOutcome): Promise<boolean> {
  return await deps.db.transaction('fulfilment.record-outcome', { role: 'worker' }, async (tx) => {
    switch (outcome.kind) {
      case 'accepted':
        return await followPlaced(tx, deps, purchase, outcome)
      case 'refused':
        return await refuse(tx, deps, purchase, outcome)
      case 'not_sent':
        return await retry(tx, deps, purchase, { code: 'not_sent', reason: outcome.detail, blame: 'call' })
      case 'unknown':
        return await doubt(tx, deps, purchase, outcome.detail)
      default:
        return unreachable(outcome)
    }
  })
}

/**
 * Lets a purchase follow the supplier's order behind it. A success that brings no code yet is asked for again, and so is
 * a provisional failure, once. A failed order is tried elsewhere unless it is the buyer's target that was wrong.
 */
export async function followPlaced(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  order: PlacedOrder,
): Promise<boolean> {
  const { supplierRef, price, note } = order
  if (order.state === 'success' && !lacksCode(purchase, note))
    return await succeedPurchase(tx, deps, purchase, { supplierRef, price, note })
  if (order.state === 'failed' && (!order.provisional || purchase.state === 'ACCEPTED'))
    return await failPlaced(tx, deps, purchase, order)
  const { id, state: from, fence } = purchase
  const moved = await movePurchase(tx, id, {
    from,
    to: 'ACCEPTED',
    fence,
    reason: 'supplier accepted',
    nextCheckMs: Math.max(waitOf(timingOf(deps).checkEveryMs, 0), repeatAfterOf(deps, purchase.supplier)),
    supplierRef,
    ...(price > 0 ? { price } : {}),
  })
  if (moved?.at == null) return false
  await deps.announce(tx, { kind: 'purchase.check', purchaseId: id, at: moved.at })
  await wakeNext(tx, deps, purchase)
  return true
}

const FAILURE_CODES: Partial<Record<RefusalReason, string>> = {
  target: 'target',
  unavailable: 'unavailable',
  throttled: 'throttled',
}

/**
 * The supplier's word that an order failed is definite: it gives the money back. Should its goods arrive all the same,
 * they cost us a unit, and the buyer nothing.
 */
async function failPlaced(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  { reason, note, supplierRef }: PlacedOrder,
): Promise<boolean> {
  const ending = {
    to: 'FAILED',
    code: FAILURE_CODES[reason ?? 'other'] ?? 'supplier_failed',
    reason: note === '' ? 'supplier failed the order' : note,
    supplierRef,
  } as const
  if (reason === 'target') return await endPurchase(tx, deps, purchase, { ...ending, blame: 'nothing' })
  const waitMs = retryAfter(deps, purchase, ending.code)
  return await replacePurchase(tx, deps, purchase, { ...ending, blame: 'order', waitMs })
}

type Refused = Extract<PlaceOutcome, { kind: 'refused' }>

/** Trouble with our account or the supplier's pace is not the buyer's: the slot waits. Other refusals are about the order. */
async function refuse(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  { reason: code, detail: reason, lacksBalance }: Refused,
): Promise<boolean> {
  if (lacksBalance) {
    // What it may cost, not what it cost at the last pull; and one with just the price left is refused too.
    const resumeAt = (purchase.max_price ?? purchase.max_cost) + 1
    const pause = { by: 'low_balance', note: reason, resumeAt } as const
    await writePause(tx, purchase.supplier, pause)
  }
  switch (code) {
    case 'account':
    case 'throttled': {
      deps.log.warn(
        { supplier: purchase.supplier, refusal: code, detail: reason },
        'supplier takes no orders',
      )
      // A supplier that refuses our account refuses it to all: its circuit lets the others sell, and staff are told.
      const blame = code === 'account' && !lacksBalance ? 'call' : 'nothing'
      return await retry(tx, deps, purchase, { code, reason, blame })
    }
    case 'unavailable':
      return await replacePurchase(tx, deps, purchase, {
        to: 'REFUSED',
        code,
        reason,
        blame: 'offer',
        waitMs: 0,
      })
    case 'other':
      return await replacePurchase(tx, deps, purchase, {
        to: 'REFUSED',
        code,
        reason,
        blame: 'order',
        waitMs: 0,
      })
    case 'target':
      return await endPurchase(tx, deps, purchase, { to: 'REFUSED', code, reason, blame: 'nothing' })
    default:
      return unreachable(code)
  }
}

async function retry(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  why: { code: string; reason: string; blame: Blame },
): Promise<boolean> {
  const waitMs = retryAfter(deps, purchase, why.code)
  return await replacePurchase(tx, deps, purchase, {
    to: 'NOT_PLACED',
    ...why,
    waitMs,
  })
}

/** Until the same supplier may be tried anew; one that was asked too often is left alone as long as its calls lie apart. */
function retryAfter(deps: PurchaseDeps, { supplier, attempt }: Purchase, code: string): number {
  const waitMs = waitOf(timingOf(deps).retryEveryMs, attempt - 1)
  return code === 'throttled' ? Math.max(waitMs, repeatAfterOf(deps, supplier)) : waitMs
}

/** From here on the order list decides, or the same call again where that is the way to ask. */
export async function doubt(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  reason: string,
  blame: Blame = 'call',
): Promise<boolean> {
  const { id, fence } = purchase
  const moved = await movePurchase(tx, id, {
    from: 'IN_FLIGHT',
    to: 'UNKNOWN',
    fence,
    reason,
    nextCheckMs: Math.max(timingOf(deps).firstLookupMs, repeatAfterOf(deps, purchase.supplier)),
  })
  if (moved?.at == null) return false
  await deps.announce(tx, { kind: 'purchase.check', purchaseId: id, at: moved.at })
  await noteFailure(tx, purchase, blame, reason)
  return true
}
