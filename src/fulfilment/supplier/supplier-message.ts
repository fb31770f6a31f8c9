import type { Database } from '#platform/database.ts'
import { acceptMessage, type InboxMessage } from '#platform/inbox.ts'
import type { KeyRing } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { PurchaseDeps, Suppliers } from './purchase.ts'
import { makeDue } from './purchase-store.ts'
import { selectAddressees } from './purchase-view-store.ts'

/** The inbox keeps messages of at most this size; a supplier's message is a few hundred bytes. */
const MAX_MESSAGE_BYTES = 65_536
/** Purchases in doubt that one message with an unknown reference may wake. */
const WOKEN_AT_MOST = 20

/**
 * Verifies a supplier's message and stores it with the order it names. The same message again changes nothing.
 * Handling happens later.
 */
export async function acceptSupplierMessage(
  deps: { db: Database; keys: KeyRing; suppliers: Suppliers },
  provider: string,
  rawBody: Buffer,
  headers: Headers,
): Promise<Result<void, { code: 'forged' | 'malformed' | 'unknown_provider' }>> {
  const supplier = deps.suppliers.get(provider)
  if (supplier === undefined) return err({ code: 'unknown_provider' })
  const read = supplier.readMessage(rawBody, headers)
  if (!read.ok) return read
  if (rawBody.length > MAX_MESSAGE_BYTES) return err({ code: 'malformed' })
  const dedupe = rawBody.toString('base64')
  const { supplierRef, reference } = read.value
  const named = supplierRef ?? reference
  // A message that names no purchase, a supplier's test of the address, may hold secrets and is not kept.
  if (named === undefined) return ok(undefined)
  await acceptMessage(deps, { provider, dedupe, body: rawBody, reference: named })
  return ok(undefined)
}

/**
 * The purchase that a stored message names, to be checked now; the message itself proves nothing and changes no
 * state. Undefined when no purchase has that reference yet: the message may have overtaken our own commit and should
 * be looked at again; checks of the supplier's purchases in doubt are announced.
 */
export async function handleSupplierMessage(
  deps: Pick<PurchaseDeps, 'db' | 'announce'>,
  message: Pick<InboxMessage, 'provider' | 'reference'>,
): Promise<string | undefined> {
  const { provider, reference } = message
  if (reference === null) return undefined
  return await deps.db.transaction('fulfilment.handle-message', { role: 'worker' }, async (tx) => {
    const found = await selectAddressees(tx, provider, reference, WOKEN_AT_MOST)
    const named = found.find((purchase) => purchase.known)
    const ids = named === undefined ? found.map((purchase) => purchase.id) : [named.id]
    await makeDue(tx, ids)
    if (named !== undefined) return named.id
    for (const purchaseId of ids) await deps.announce(tx, { kind: 'purchase.check', purchaseId })
    return undefined
  })
}
