import { closeMessage, type InboxMessage, type InboxVerdict } from '#platform/inbox.ts'
import type { PurchaseDeps } from './purchase.ts'
import { selectAddressees } from './purchase-view-store.ts'

/** Purchases in doubt that one message with an unknown reference may wake. */
const WOKEN_AT_MOST = 20

/**
 * Lets the purchase that a supplier's message names be checked at once, and closes the message. The message itself
 * proves nothing and changes no state. One with a reference we do not know may have overtaken our own commit: it is
 * parked, and purchases in doubt are looked up.
 */
export async function handleSupplierMessage(
  deps: Pick<PurchaseDeps, 'db' | 'clock' | 'announce'>,
  supplierId: string,
  message: InboxMessage,
): Promise<{ verdict: InboxVerdict; purchaseIds: string[] }> {
  const at = deps.clock.now()
  return await deps.db.transaction('fulfilment.handle-message', { role: 'worker' }, async (tx) => {
    const { reference } = message
    const found = reference === null ? [] : await selectAddressees(tx, supplierId, reference, WOKEN_AT_MOST)
    const named = found.filter((purchase) => purchase.known)
    const woken = named.length > 0 ? named : found.filter((purchase) => purchase.state === 'UNKNOWN')
    for (const { id } of woken) await deps.announce(tx, { kind: 'purchase.check', purchaseId: id, at })
    const verdict = judge(reference, named.length > 0)
    await closeMessage(tx, message, verdict)
    return { verdict, purchaseIds: woken.map((purchase) => purchase.id) }
  })
}

function judge(reference: string | null, isKnown: boolean): InboxVerdict {
  if (reference === null) return { kind: 'ignored', outcome: 'names no order' }
  if (isKnown) return { kind: 'handled', outcome: 'purchase check announced' }
  return { kind: 'later', outcome: 'no purchase has this reference yet' }
}
