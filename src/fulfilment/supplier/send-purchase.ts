import { elapsedMs } from '#platform/clock.ts'
import { violatedConstraint } from '#platform/database.ts'
import type { PlaceOutcome, Supplier } from '../ports.ts'
import { endPurchase, replacePurchase } from './end-purchase.ts'
import { later, type Purchase, type PurchaseDeps } from './purchase.ts'
import { claimPurchase, findPurchase, postponePurchase } from './purchase-store.ts'
import { timingOf, waitOf } from './purchase-timing.ts'
import { recordOutcome } from './record-outcome.ts'

/**
 * What came of a send job: `sent` = the supplier was called (the outcome is on record), `waiting` = not now, a later
 * job was announced, `ended` = this attempt is over without a call, `skipped` = it was not waiting to be sent.
 */
export type SendResult = 'sent' | 'waiting' | 'ended' | 'skipped'

/**
 * Buys one unit, at most once: the claim is committed before the call, a claimed purchase is never called again, and
 * an answer that proves nothing leads to UNKNOWN. Nothing is sent while the supplier does not even tell our balance,
 * nor when the offer now costs more than the buyer paid. Safe to repeat and to run in parallel.
 */
export async function sendPurchase(deps: PurchaseDeps, purchaseId: string): Promise<SendResult> {
  const purchase = await findPurchase(deps.db, purchaseId)
  if (purchase?.state !== 'INTENT') return 'skipped'
  const supplier = deps.suppliers.get(purchase.supplier)
  if (supplier === undefined) return await wait(deps, purchase, 'supplier not configured')
  const obstacle = findObstacle(purchase)
  if (obstacle !== undefined) return await giveWay(deps, purchase, obstacle)
  const balance = await supplier.fetchBalance()
  if (!balance.ok) {
    deps.log.warn(
      { supplier: supplier.id, detail: balance.error.detail },
      'supplier does not tell our balance',
    )
    return await wait(deps, purchase, `supplier ${balance.error.code}`)
  }
  const claimed = await claim(deps, purchase, balance.value)
  if (claimed === undefined) return await wait(deps, purchase, 'same target in doubt')
  const outcome = await call(deps, supplier, claimed)
  await recordOutcome(deps, claimed.purchase, outcome)
  return 'sent'
}

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
  const now = deps.clock.now()
  await deps.db.transaction('fulfilment.drop-intent', { role: 'worker' }, async (tx) => {
    if (obstacle === 'line_closed') {
      await endPurchase(tx, deps, purchase, {
        to: 'NOT_PLACED',
        code: obstacle,
        reason: 'the line no longer waits',
        now,
      })
    } else {
      const reason = 'the offer is gone or costs more than the buyer paid'
      await replacePurchase(tx, deps, purchase, { to: 'REFUSED', code: obstacle, reason, now, waitMs: 0 })
    }
  })
  return 'ended'
}

async function claim(deps: PurchaseDeps, purchase: Purchase, balance: number): Promise<Claimed | undefined> {
  const claimedAtMs = elapsedMs()
  const now = deps.clock.now()
  const nextCheckAt = later(now, timingOf(deps).lostAfterMs)
  try {
    const fence = await deps.db.transaction('fulfilment.claim-purchase', { role: 'worker' }, (tx) =>
      claimPurchase(tx, purchase.id, { balance, nextCheckAt, now }),
    )
    if (fence === undefined) return undefined
    return {
      purchase: { ...purchase, state: 'IN_FLIGHT', fence, sent_at: now, balance_before: balance },
      claimedAtMs,
    }
  } catch (error) {
    if (violatedConstraint(error) === 'supplier_purchases_one_in_doubt') return undefined
    throw error
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
  return await supplier.place({
    serviceCode: purchase.service_code,
    targetNo: purchase.target_no,
    targetZone: purchase.target_zone,
  })
}

/** Leaves the intent for later, unless the buyer has waited long enough. */
async function wait(deps: PurchaseDeps, purchase: Purchase, reason: string): Promise<SendResult> {
  const timing = timingOf(deps)
  const now = deps.clock.now()
  const waitMs =
    reason === 'same target in doubt' ? timing.sameTargetMs : waitOf(timing.retryEveryMs, purchase.checks)
  const at = later(now, waitMs)
  return await deps.db.transaction('fulfilment.postpone-purchase', { role: 'worker' }, async (tx) => {
    if (at > later(purchase.wanted_since, timing.maxWaitMs)) {
      const ended = await endPurchase(tx, deps, purchase, {
        to: 'NOT_PLACED',
        code: 'waited_too_long',
        reason,
        now,
      })
      return ended ? 'ended' : 'skipped'
    }
    if (!(await postponePurchase(tx, purchase, later(at, timing.intentGraceMs)))) return 'skipped'
    await deps.announce(tx, { kind: 'purchase.send', purchaseId: purchase.id, at })
    return 'waiting'
  })
}
