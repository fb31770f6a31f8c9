import type { Tx } from '#platform/database.ts'
import { noteCircuit } from './circuits-store.ts'
import type { Purchase } from './purchase.ts'
import { countEnd } from './scores-store.ts'

/**
 * What a supplier is to blame for: nothing, an offer it could not serve (its record), a call that went wrong (its
 * circuit), or an order that failed (both).
 */
export type Blame = 'nothing' | 'offer' | 'call' | 'order'

/** Enters the end of a purchase without goods into the supplier's record and circuit. The last writes of a transaction. */
export async function noteFailure(tx: Tx, purchase: Purchase, blame: Blame, reason: string): Promise<void> {
  const { supplier, family } = purchase
  if (blame === 'offer' || blame === 'order') await countEnd(tx, { supplier, family, deliveredAfter: null })
  if (blame === 'call' || blame === 'order')
    await noteCircuit(tx, { supplier, family, purchaseId: purchase.id }, { failed: true, reason })
}

/** Enters a delivery. `sentForMs` counts from the call that bought. */
export async function noteDelivery(tx: Tx, purchase: Purchase, sentForMs: number): Promise<void> {
  const { supplier, family } = purchase
  await countEnd(tx, { supplier, family, deliveredAfter: Math.round(sentForMs / 1_000) })
  await noteCircuit(tx, { supplier, family, purchaseId: purchase.id }, { failed: false, reason: '' })
}
