import type { Database } from '#platform/database.ts'
import { acceptMessage, type InboxMessage } from '#platform/inbox.ts'
import type { KeyRing } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { SupplierMessage } from '../ports.ts'
import type { PurchaseDeps, Suppliers } from './purchase.ts'
import { suspectReversal } from './attempts-store.ts'
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
  const named = nameOf(read.value)
  // A message that names no purchase, a supplier's test of the address, may hold secrets and is not kept.
  if (named === undefined) return ok(undefined)
  await acceptMessage(deps, { provider, dedupe, body: rawBody, reference: named })
  return ok(undefined)
}

/** Marks, in what the inbox keeps of a message, one that says that a success was taken back. */
const REVERSAL = 'reversal:'

/** What a message is about, in one text; undefined when it is about no purchase. */
function nameOf({ supplierRef, reference, claimedState }: SupplierMessage): string | undefined {
  const named = supplierRef ?? reference
  return named !== undefined && claimedState === 'reversed' ? `${REVERSAL}${named}` : named
}

/**
 * The purchase that a stored message names, its check announced: the supplier may be slow to answer, and other messages
 * wait behind this one. The message itself proves nothing and changes no state. Undefined when no purchase has that reference yet: the message may have overtaken our own commit and should
 * be looked at again; checks of the supplier's purchases in doubt are announced.
 */
export async function handleSupplierMessage(
  deps: Pick<PurchaseDeps, 'db' | 'announce'>,
  message: Pick<InboxMessage, 'provider' | 'reference'>,
): Promise<string | undefined> {
  const { provider, reference } = message
  if (reference === null) return undefined
  if (reference.startsWith(REVERSAL))
    return await deps.db.transaction('fulfilment.suspect-reversal', { role: 'worker' }, async (tx) => {
      const named = reference.slice(REVERSAL.length)
      const [open] = await selectAddressees(tx, provider, named, 0)
      if (open !== undefined && open.state !== 'SUCCEEDED') await makeDue(tx, [open.id])
      const id = (await suspectReversal(tx, provider, named)) ?? open?.id
      if (id !== undefined) await deps.announce(tx, { kind: 'purchase.check', purchaseId: id })
      return id
    })
  return await deps.db.transaction('fulfilment.handle-message', { role: 'worker' }, async (tx) => {
    const found = await selectAddressees(tx, provider, reference, WOKEN_AT_MOST)
    const named = found.find((purchase) => purchase.known)
    const ids = named === undefined ? found.map((purchase) => purchase.id) : [named.id]
    await makeDue(tx, ids)
    for (const purchaseId of ids) await deps.announce(tx, { kind: 'purchase.check', purchaseId })
    return named?.id
  })
}
