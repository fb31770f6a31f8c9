import { handToPerson } from './end-purchase.ts'
import type { Purchase, PurchaseDeps } from './purchase.ts'
import { postponePurchase } from './purchase-store.ts'
import { repeatAfterOf, timingOf, waitOf } from './purchase-timing.ts'
import type { LookupResult } from './resolve-unknown.ts'

/** After a call that left it open: asks at growing intervals; an order that stays open too long is for a person, and can still end by a message. */
export async function keepAsking(deps: PurchaseDeps, purchase: Purchase): Promise<LookupResult> {
  const timing = timingOf(deps)
  return await deps.db.transaction('fulfilment.keep-asking', { role: 'worker' }, async (tx) => {
    if (purchase.state === 'MANUAL') {
      return { kind: (await postponePurchase(tx, purchase, null)) === undefined ? 'moved_on' : 'pending' }
    }
    if ((purchase.sent_for_ms ?? 0) > timing.acceptedDeadlineMs) {
      const why = { code: 'still_open', reason: 'accepted long ago and still open' }
      return { kind: (await handToPerson(tx, deps, purchase, why)) ? 'settled' : 'moved_on' }
    }
    const waitMs = Math.max(
      waitOf(timing.checkEveryMs, purchase.checks + 1),
      repeatAfterOf(deps, purchase.supplier),
    )
    const postponed = await postponePurchase(tx, purchase, waitMs, { answered: true })
    if (postponed?.at == null) return { kind: 'moved_on' }
    await deps.announce(tx, { kind: 'purchase.check', purchaseId: purchase.id, at: postponed.at })
    return { kind: 'pending' }
  })
}
