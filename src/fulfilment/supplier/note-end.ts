import type { Tx } from '#platform/database.ts'
import { noteCircuit, releaseProbe } from './circuits-store.ts'
import type { Purchase } from './purchase.ts'
import { countEnd } from './scores-store.ts'

/**
 * What a supplier is to blame for: nothing, an offer it could not serve (its record), a call that went wrong (its
 * circuit), or an order that failed (both).
 */
export type Blame = 'nothing' | 'offer' | 'call' | 'order'

/**
 * Enters the end of a purchase without goods into the supplier's record and circuit. One that tried whether the supplier
 * is back and says nothing about that leaves its place to the next. The last writes of a transaction.
 */
export async function noteFailure(tx: Tx, purchase: Purchase, blame: Blame, reason: string): Promise<void> {
  const { supplier, family, id: purchaseId } = purchase
  if (blame === 'offer' || blame === 'order') await countEnd(tx, { supplier, family, deliveredAfter: null })
  if (blame === 'call' || blame === 'order')
    await noteCircuit(tx, { supplier, family, purchaseId }, { failed: true, reason })
  else await releaseProbe(tx, { supplier, family }, purchaseId)
}

/** Enters a delivery. `sentForMs` counts from the call that bought. */
export async function noteDelivery(tx: Tx, purchase: Purchase, sentForMs: number): Promise<void> {
  const { supplier, family } = purchase
  await countEnd(tx, { supplier, family, deliveredAfter: Math.round(sentForMs / 1_000) })
  await noteCircuit(tx, { supplier, family, purchaseId: purchase.id }, { failed: false, reason: '' })
}
