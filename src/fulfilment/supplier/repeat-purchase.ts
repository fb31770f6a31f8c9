import { elapsedMs } from '#platform/clock.ts'
import { violatedConstraint } from '#platform/database.ts'
import type { PlaceOutcome } from '../ports.ts'
import { claimRepeat } from './attempts-store.ts'
import { takePlace } from './bulkhead.ts'
import { handToPerson } from './end-purchase.ts'
import { keepAsking } from './keep-asking.ts'
import { lacksCode, requestOf, type Purchase, type PurchaseDeps } from './purchase.ts'
import { postponePurchase } from './purchase-store.ts'
import { repeatAfterOf, timingOf, waitOf } from './purchase-timing.ts'
import { isMoneyHeld } from './purchase-view-store.ts'
import { followPlaced } from './record-outcome.ts'
import type { LookupResult } from './resolve-unknown.ts'

const DAY_MS = 86_400_000

/**
 * Asks about a purchase by the very same call, at a supplier that buys once per reference. Never sooner after the last
 * call than the supplier allows, and never when the reference may be forgotten there: that would buy again, so a person
 * decides. A purchase in doubt may be bought by this, so it is not asked about once its line or its money is gone or its
 * code means another SKU, nor while a person holds it, who may be deciding that it failed. A refusal proves nothing here: what is refused is a new purchase, and the first call may have been one. Safe to repeat
 * and in parallel: the call is claimed before it is made. @see suppliers.md 2.4
 */
export async function repeatPurchase(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  const asked = await askAgain(deps, purchase)
  switch (asked.kind) {
    case 'too_early':
      return await lookLater(deps, purchase, { waitMs: asked.waitMs, answered: false })
    case 'too_old':
      return await giveUp(deps, purchase, 'too old to be asked about: a call would buy it again')
    case 'unwanted':
      return await giveUp(deps, purchase, 'nobody may buy it any more, and a call might')
    case 'moved_on':
      return asked
    case 'answered':
      return await record(deps, asked.purchase, asked.outcome)
  }
}

/** What came of asking by the same call. `purchase` as it is planned now. */
export type Asked =
  | { kind: 'answered'; purchase: Purchase; outcome: PlaceOutcome }
  | { kind: 'too_early'; waitMs: number }
  | { kind: 'too_old' | 'unwanted' }
  | { kind: 'moved_on' }

/** Makes the call if it may be made now. */
export async function askAgain(deps: PurchaseDeps, purchase: Purchase): Promise<Asked> {
  const supplier = deps.suppliers.get(purchase.supplier)
  const { busyEveryMs, retryEveryMs } = timingOf(deps)
  if (purchase.state === 'MANUAL' && purchase.supplier_ref === null) return { kind: 'unwanted' }
  if (supplier === undefined) return { kind: 'too_early', waitMs: waitOf(retryEveryMs, purchase.checks) }
  const waitMs = repeatAfterOf(deps, purchase.supplier) - (purchase.asked_for_ms ?? 0)
  if (waitMs > 0) return { kind: 'too_early', waitMs }
  if ((purchase.sent_for_ms ?? 0) > supplier.traits.repeatableDays * DAY_MS) return { kind: 'too_old' }
  const giveBack = takePlace(supplier)
  if (giveBack === undefined) return { kind: 'too_early', waitMs: waitOf(busyEveryMs, purchase.checks) }
  try {
    const claimedAtMs = elapsedMs()
    const claimed = await claim(deps, purchase)
    if (claimed === 'unwanted') return { kind: 'unwanted' }
    if (claimed === undefined) return { kind: 'moved_on' }
    const isLate = elapsedMs() - claimedAtMs > timingOf(deps).sendWithinMs
    const outcome: PlaceOutcome = isLate
      ? { kind: 'unknown', detail: 'too late after the claim' }
      : await supplier.place(requestOf(claimed))
    return { kind: 'answered', purchase: claimed, outcome }
  } finally {
    giveBack()
  }
}

/** The purchase with the plan of this call; `unwanted` when it might be bought by it and must not be any more. */
async function claim(deps: PurchaseDeps, purchase: Purchase): Promise<Purchase | 'unwanted' | undefined> {
  return await deps.db.transaction('fulfilment.claim-repeat', { role: 'worker' }, async (tx) => {
    const exists = purchase.state === 'ACCEPTED' || purchase.state === 'SUCCEEDED'
    if (!exists && (purchase.line_state !== 'PROCESSING' || !(await isMoneyHeld(tx, purchase.line_id))))
      return 'unwanted'
    if (!exists && purchase.supplier_ref === null && purchase.offer_moved) return 'unwanted'
    const planned = await claimRepeat(tx, purchase, timingOf(deps).lostAfterMs)
    if (planned === undefined) return undefined
    return { ...purchase, next_check_at: planned.at, checks: purchase.checks + 1 }
  })
}

async function record(deps: PurchaseDeps, purchase: Purchase, outcome: PlaceOutcome): Promise<LookupResult> {
  if (outcome.kind !== 'accepted') return await stillOpen(deps, purchase, outcome.detail)
  const isComing =
    outcome.state === 'pending' || (outcome.state === 'success' && lacksCode(purchase, outcome.note))
  const isKnown = purchase.state === 'ACCEPTED' || purchase.supplier_ref !== null
  if (isComing && isKnown) return await keepAsking(deps, purchase)
  try {
    const moved = await deps.db.transaction('fulfilment.record-repeat', { role: 'worker' }, (tx) =>
      followPlaced(tx, deps, purchase, outcome),
    )
    return { kind: moved ? 'settled' : 'moved_on' }
  } catch (error) {
    if (violatedConstraint(error) !== 'supplier_purchases_ref') throw error
    return await giveUp(deps, purchase, 'the answer is about another purchase')
  }
}

async function stillOpen(deps: PurchaseDeps, purchase: Purchase, detail: string): Promise<LookupResult> {
  deps.log.warn(
    { purchaseId: purchase.id, supplier: purchase.supplier, detail },
    'a repeated call told nothing',
  )
  if (purchase.state === 'ACCEPTED') return await keepAsking(deps, purchase)
  const timing = timingOf(deps)
  const isOverdue = (purchase.unknown_for_ms ?? 0) >= timing.resolveDeadlineMs
  if (purchase.state === 'UNKNOWN' && isOverdue)
    return await giveUp(deps, purchase, `asked in vain: ${detail}`)
  if (purchase.state === 'MANUAL') return await keepAsking(deps, purchase)
  const waitMs = repeatAfterOf(deps, purchase.supplier)
  return await lookLater(deps, purchase, { waitMs, answered: true })
}

/** For a person; one that a person has already is not looked at by itself any more. */
async function giveUp(deps: PurchaseDeps, purchase: Purchase, reason: string): Promise<LookupResult> {
  deps.log.error({ purchaseId: purchase.id, reason }, 'a person must decide about a purchase')
  return await deps.db.transaction('fulfilment.give-up-repeat', { role: 'worker' }, async (tx) => {
    const moved =
      purchase.state === 'MANUAL'
        ? await postponePurchase(tx, purchase, null)
        : await handToPerson(tx, deps, purchase, { code: 'undecided', reason })
    return { kind: moved ? 'settled' : 'moved_on' }
  })
}

async function lookLater(
  deps: PurchaseDeps,
  purchase: Purchase,
  { waitMs, answered }: { waitMs: number; answered: boolean },
): Promise<LookupResult> {
  return await deps.db.transaction('fulfilment.look-later', { role: 'worker' }, async (tx) => {
    const postponed = await postponePurchase(tx, purchase, waitMs, { answered })
    if (postponed?.at == null) return { kind: 'moved_on' }
    await deps.announce(tx, { kind: 'purchase.check', purchaseId: purchase.id, at: postponed.at })
    return { kind: 'pending' }
  })
}
