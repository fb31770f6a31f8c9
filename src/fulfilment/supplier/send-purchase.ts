import { elapsedMs } from '#platform/clock.ts'
import { violatedConstraint } from '#platform/database.ts'
import type { PlaceOutcome, PurchaseRequest, Supplier } from '../ports.ts'
import { endPurchase, replacePurchase } from './end-purchase.ts'
import type { Purchase, PurchaseDeps } from './purchase.ts'
import { claimPurchase, findPurchase, postponeSending } from './purchase-store.ts'
import { timingOf, waitOf } from './purchase-timing.ts'
import { doubtStatement, isMoneyHeld } from './purchase-view-store.ts'
import { recordOutcome } from './record-outcome.ts'

/**
 * What came of a send job: `sent` = the supplier was called (the outcome is on record), `waiting` = not now, a later
 * job was announced, `ended` = this attempt is over without a call, `skipped` = it was not waiting to be sent.
 */
export type SendResult = 'sent' | 'waiting' | 'ended' | 'skipped'

/**
 * Buys one unit, at most once: the claim is committed before the call, a claimed purchase is never called again, and
 * an answer that proves nothing leads to UNKNOWN. Nothing is sent before its planned time, so that of several jobs one
 * goes on; nor while the supplier does not even tell our balance, when the offer now costs more than the buyer paid,
 * or when the buyer's money was taken back. Safe to repeat and to run in parallel.
 */
export async function sendPurchase(deps: PurchaseDeps, purchaseId: string): Promise<SendResult> {
  const purchase = await findPurchase(deps.db, purchaseId)
  if (purchase?.state !== 'INTENT' || !purchase.may_be_sent) return 'skipped'
  const supplier = deps.suppliers.get(purchase.supplier)
  if (supplier === undefined) return await wait(deps, purchase, 'supplier not configured')
  const obstacle = findObstacle(purchase)
  if (obstacle !== undefined) return await giveWay(deps, purchase, obstacle)
  const [target] = await deps.db.once(
    'fulfilment.find-doubt',
    { role: 'worker' },
    doubtStatement(purchase.id),
  )
  if (target === undefined || target.in_doubt) return await wait(deps, purchase, TARGET_IN_DOUBT)
  const balance = await supplier.fetchBalance()
  if (!balance.ok) {
    deps.log.warn(
      { supplier: supplier.id, detail: balance.error.detail },
      'supplier does not tell our balance',
    )
    return await wait(deps, purchase, `supplier ${balance.error.code}`)
  }
  const claimed = await claim(deps, purchase, { balance: balance.value, balanceAt: target.now })
  if (claimed === 'ended') return 'ended'
  if (claimed === undefined) return await wait(deps, purchase, TARGET_IN_DOUBT)
  const outcome = await call(deps, supplier, claimed)
  await recordOutcome(deps, claimed.purchase, outcome)
  return 'sent'
}

const TARGET_IN_DOUBT = 'same target in doubt'

type Claimed = { purchase: Purchase; claimedAtMs: number }

/** Why this purchase must not be sent as it stands. */
function findObstacle(purchase: Purchase): 'line_closed' | 'unavailable' | undefined {
  if (purchase.line_state !== 'PROCESSING') return 'line_closed'
  return purchase.offer_usable && purchase.offer_cost <= purchase.unit_price ? undefined : 'unavailable'
}

async function giveWay(
  deps: PurchaseDeps,
  purchase: Purchase,
  obstacle: 'line_closed' | 'unavailable',
): Promise<SendResult> {
  await deps.db.transaction('fulfilment.drop-intent', { role: 'worker' }, async (tx) => {
    if (obstacle === 'line_closed') {
      const reason = 'the line no longer waits'
      await endPurchase(tx, deps, purchase, { to: 'NOT_PLACED', code: obstacle, reason })
    } else {
      const reason = 'the offer is gone or costs more than the buyer paid'
      await replacePurchase(tx, deps, purchase, { to: 'REFUSED', code: obstacle, reason, waitMs: 0 })
    }
  })
  return 'ended'
}

/** Undefined when the target is in doubt or another run was faster, `ended` when there is no money to buy with. */
async function claim(
  deps: PurchaseDeps,
  purchase: Purchase,
  reading: { balance: number; balanceAt: Date },
): Promise<Claimed | 'ended' | undefined> {
  const claimedAtMs = elapsedMs()
  const { lostAfterMs } = timingOf(deps)
  try {
    const fence = await deps.db.transaction('fulfilment.claim-purchase', { role: 'worker' }, async (tx) => {
      if (await isMoneyHeld(tx, purchase.line_id))
        return await claimPurchase(tx, purchase.id, { ...reading, lostAfterMs })
      const reason = 'the payment was taken back'
      await endPurchase(tx, deps, purchase, { to: 'REFUSED', code: 'money_taken_back', reason })
      return 'ended'
    })
    if (fence === undefined || fence === 'ended') return fence
    return { purchase: { ...purchase, state: 'IN_FLIGHT', fence }, claimedAtMs }
  } catch (error) {
    if (violatedConstraint(error) === 'supplier_purchases_one_in_doubt') return undefined
    throw error
  }
}

/** What is sent for a purchase: a function of what is stored, so that a repeat sends the very same. */
function requestOf(purchase: Purchase): PurchaseRequest {
  return {
    reference: purchase.id,
    serviceCode: purchase.service_code,
    targetNo: purchase.target_no,
    targetZone: purchase.target_zone,
    maxPrice: purchase.unit_price,
  }
}

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

/** Leaves the intent for later, unless the buyer has waited long enough. */
async function wait(deps: PurchaseDeps, purchase: Purchase, reason: string): Promise<SendResult> {
  const { sameTargetEveryMs, retryEveryMs, maxWaitMs, intentGraceMs: graceMs } = timingOf(deps)
  const waitMs = waitOf(reason === TARGET_IN_DOUBT ? sameTargetEveryMs : retryEveryMs, purchase.checks)
  return await deps.db.transaction('fulfilment.postpone-purchase', { role: 'worker' }, async (tx) => {
    if (purchase.wanted_for_ms + waitMs > maxWaitMs) {
      const ended = await endPurchase(tx, deps, purchase, {
        to: 'NOT_PLACED',
        code: 'waited_too_long',
        reason,
      })
      return ended ? 'ended' : 'skipped'
    }
    const planned = await postponeSending(tx, purchase, { waitMs, graceMs })
    if (planned === undefined) return 'skipped'
    await deps.announce(tx, { kind: 'purchase.send', purchaseId: purchase.id, at: planned.at })
    return 'waiting'
  })
}
