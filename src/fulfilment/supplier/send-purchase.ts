import { elapsedMs } from '#platform/clock.ts'
import { violatedConstraint } from '#platform/database.ts'
import type { PlaceOutcome, Supplier } from '../ports.ts'
import { takePlace } from './bulkhead.ts'
import { passCircuit } from './circuits-store.ts'
import { endPurchase, replacePurchase } from './end-purchase.ts'
import { readBalance } from './read-balance.ts'
import { requestOf, type Purchase, type PurchaseDeps } from './purchase.ts'
import { claimPurchase, findPurchase } from './purchase-store.ts'
import { timingOf } from './purchase-timing.ts'
import { doubtStatement, isMoneyHeld } from './purchase-view-store.ts'
import { recordOutcome } from './record-outcome.ts'
import { stepAside, waitToSend, type SendResult } from './step-aside.ts'
import { noteBalance } from './supplier-states-store.ts'

export type { SendResult } from './step-aside.ts'

/**
 * Buys one unit, at most once: the claim is committed before the call, a claimed purchase is never sent anew, and an
 * answer that proves nothing leads to UNKNOWN. Nothing is sent before its planned time, so that of several jobs one
 * goes on; nor to a supplier that is paused, fails all the time or does not even tell our balance, nor while a person
 * decides about another purchase for the same target there: then another one is asked if there is one; nor when the offer now costs more than leaves the least margin, or when the buyer's money was
 * taken back. Safe to repeat and to run in parallel.
 */
export async function sendPurchase(deps: PurchaseDeps, purchaseId: string): Promise<SendResult> {
  const purchase = await findPurchase(deps.db, purchaseId)
  if (purchase?.state !== 'INTENT' || !purchase.may_be_sent) return 'skipped'
  const supplier = deps.suppliers.get(purchase.supplier)
  if (supplier === undefined)
    return await stepAside(deps, purchase, { code: 'paused', reason: 'supplier not configured' })
  const obstacle = findObstacle(purchase)
  if (obstacle !== undefined) return await giveWay(deps, purchase, obstacle)
  if (purchase.supplier_paused)
    return await stepAside(deps, purchase, { code: 'paused', reason: 'supplier is paused' })
  if (purchase.circuit_open) return await stepAside(deps, purchase, CIRCUIT_OPEN)
  const giveBack = takePlace(supplier)
  if (giveBack === undefined)
    return await waitToSend(deps, purchase, { reason: 'too many calls at once', like: 'busy' })
  try {
    return await buy(deps, supplier, purchase)
  } finally {
    giveBack()
  }
}

const TARGET_IN_DOUBT = { reason: 'same target in doubt', like: 'sameTarget' } as const
const TARGET_HELD = { code: 'target_held', ...TARGET_IN_DOUBT } as const
const CIRCUIT_OPEN = { code: 'circuit_open', reason: 'the supplier fails all the time' } as const

type Claimed = { purchase: Purchase; claimedAtMs: number }

/** Why this purchase must not be sent as it stands. */
function findObstacle(purchase: Purchase): 'line_closed' | 'unavailable' | undefined {
  if (purchase.line_state !== 'PROCESSING') return 'line_closed'
  return purchase.offer_usable && purchase.offer_cost <= purchase.max_cost ? undefined : 'unavailable'
}

async function buy(deps: PurchaseDeps, supplier: Supplier, purchase: Purchase): Promise<SendResult> {
  const [target] = await deps.db.once(
    'fulfilment.find-doubt',
    { role: 'worker' },
    doubtStatement(purchase.id),
  )
  if (target?.held) return await stepAside(deps, purchase, TARGET_HELD)
  if (target === undefined || target.in_doubt) return await waitToSend(deps, purchase, TARGET_IN_DOUBT)
  const balance = await readBalance(deps, supplier)
  if (!balance.ok) {
    const { code, detail } = balance.error
    deps.log.warn({ supplier: supplier.id, detail }, 'supplier does not tell our balance')
    return await stepAside(deps, purchase, { code: 'unreachable', reason: `supplier ${code}`, blame: 'call' })
  }
  const claimed = await claim(deps, purchase, { balance: balance.value, balanceAt: target.now })
  if (claimed === 'ended') return 'ended'
  if (claimed === 'circuit_open') return await stepAside(deps, purchase, CIRCUIT_OPEN)
  if (claimed === undefined) return await waitToSend(deps, purchase, TARGET_IN_DOUBT)
  const outcome = await call(deps, supplier, claimed)
  await recordOutcome(deps, claimed.purchase, outcome)
  return 'sent'
}

async function giveWay(
  deps: PurchaseDeps,
  purchase: Purchase,
  obstacle: 'line_closed' | 'unavailable',
): Promise<SendResult> {
  await deps.db.transaction('fulfilment.drop-intent', { role: 'worker' }, async (tx) => {
    const ending = { code: obstacle, blame: 'nothing' } as const
    if (obstacle === 'line_closed') {
      const reason = 'the line no longer waits'
      await endPurchase(tx, deps, purchase, { ...ending, to: 'NOT_PLACED', reason })
    } else {
      const reason = 'the offer is gone or leaves less than the least margin'
      await replacePurchase(tx, deps, purchase, { ...ending, to: 'REFUSED', reason, waitMs: 0 })
    }
  })
  return 'ended'
}

/**
 * Undefined when the target is in doubt or another run was faster, `circuit_open` when another purchase tries the
 * supplier first, `ended` when there is no money to buy with.
 */
async function claim(
  deps: PurchaseDeps,
  purchase: Purchase,
  reading: { balance: number | null; balanceAt: Date },
): Promise<Claimed | 'ended' | 'circuit_open' | undefined> {
  const claimedAtMs = elapsedMs()
  const { lostAfterMs } = timingOf(deps)
  const { id, supplier, max_cost: maxPrice } = purchase
  try {
    const toldApart = deps.suppliers.get(supplier)?.traits.repeatable ?? false
    const fence = await deps.db.transaction('fulfilment.claim-purchase', { role: 'worker' }, async (tx) => {
      if (!(await isMoneyHeld(tx, purchase.line_id))) {
        const reason = 'the payment was taken back'
        const ending = { to: 'REFUSED', code: 'money_taken_back', reason, blame: 'nothing' } as const
        await endPurchase(tx, deps, purchase, ending)
        return 'ended'
      }
      const taken = await claimPurchase(tx, id, { ...reading, lostAfterMs, maxPrice, toldApart })
      if (taken === undefined) return undefined
      if (reading.balance !== null) await noteBalance(tx, supplier, reading.balance)
      if (!(await passCircuit(tx, purchase, id))) throw new CircuitOpen()
      return taken
    })
    if (fence === undefined || fence === 'ended') return fence
    return { purchase: { ...purchase, state: 'IN_FLIGHT', fence, max_price: maxPrice }, claimedAtMs }
  } catch (error) {
    if (error instanceof CircuitOpen) return 'circuit_open'
    if (violatedConstraint(error) === 'supplier_purchases_one_in_doubt') return undefined
    throw error
  }
}

/** Undoes the claim: the place of the probe was taken a moment ago. */
class CircuitOpen extends Error {}

/** A process that slept after its claim may have been declared lost meanwhile; then sending would buy twice. */
async function call(
  deps: PurchaseDeps,
  supplier: Supplier,
  { purchase, claimedAtMs }: Claimed,
): Promise<PlaceOutcome> {
  if (elapsedMs() - claimedAtMs > timingOf(deps).sendWithinMs)
    return { kind: 'not_sent', detail: 'too late after the claim' }
  return await supplier.place(requestOf(purchase))
}
