import type { Tx } from '#platform/database.ts'
import { chooseOffer } from './choose-offer.ts'
import { endPurchase, replacePurchase } from './end-purchase.ts'
import { noteFailure, type Blame } from './note-end.ts'
import type { Purchase, PurchaseDeps } from './purchase.ts'
import { postponeSending } from './purchase-store.ts'
import { timingOf, waitOf, type PurchaseTiming } from './purchase-timing.ts'

/**
 * What came of a send job: `sent` = the supplier was called (the outcome is on record), `waiting` = not now, a later
 * job was announced, `ended` = this attempt is over without a call, `skipped` = it was not waiting to be sent.
 */
export type SendResult = 'sent' | 'waiting' | 'ended' | 'skipped'

/**
 * Lets an intent whose supplier cannot be asked now be bought elsewhere, if a supplier that works has an offer for it;
 * else it waits. Nothing was sent, so this doubles nothing.
 */
export async function stepAside(
  deps: PurchaseDeps,
  purchase: Purchase,
  why: {
    code: 'paused' | 'circuit_open' | 'unreachable' | 'target_held'
    reason: string
    blame?: Blame
    like?: Wait['like']
  },
): Promise<SendResult> {
  const { code, reason, blame = 'nothing', like = 'retry' } = why
  return await deps.db.transaction('fulfilment.step-aside', { role: 'worker' }, async (tx) => {
    const busy = code === 'target_held' ? purchase.supplier : undefined
    const choice = await chooseOffer(tx, purchase, timingOf(deps).avoidForMs, busy)
    if (choice?.ready && choice.offer.supplier !== purchase.supplier) {
      const ending = { to: 'NOT_PLACED', code, reason, blame, waitMs: 0 } as const
      return (await replacePurchase(tx, deps, purchase, ending)) ? 'ended' : 'skipped'
    }
    const result = await postpone(tx, deps, purchase, { reason, like })
    if (result === 'waiting') await noteFailure(tx, purchase, blame, reason)
    return result
  })
}

type Wait = { reason: string; like: 'retry' | 'sameTarget' | 'busy' }

/** Leaves the intent for later, unless the buyer has waited long enough. */
export async function waitToSend(deps: PurchaseDeps, purchase: Purchase, wait: Wait): Promise<SendResult> {
  return await deps.db.transaction('fulfilment.postpone-purchase', { role: 'worker' }, (tx) =>
    postpone(tx, deps, purchase, wait),
  )
}

async function postpone(tx: Tx, deps: PurchaseDeps, purchase: Purchase, wait: Wait): Promise<SendResult> {
  const timing = timingOf(deps)
  const waitMs = waitOf(waitsOf(timing, wait.like), purchase.checks)
  if (purchase.wanted_for_ms + waitMs > timing.maxWaitMs) {
    const ending = {
      to: 'NOT_PLACED',
      code: 'waited_too_long',
      reason: wait.reason,
      blame: 'nothing',
    } as const
    return (await endPurchase(tx, deps, purchase, ending)) ? 'ended' : 'skipped'
  }
  const planned = await postponeSending(tx, purchase, { waitMs, graceMs: timing.intentGraceMs })
  if (planned === undefined) return 'skipped'
  await deps.announce(tx, { kind: 'purchase.send', purchaseId: purchase.id, at: planned.at })
  return 'waiting'
}

function waitsOf(timing: PurchaseTiming, like: Wait['like']): readonly number[] {
  switch (like) {
    case 'retry':
      return timing.retryEveryMs
    case 'sameTarget':
      return timing.sameTargetEveryMs
    case 'busy':
      return timing.busyEveryMs
  }
}
