import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { unseal, type KeyRing, type SealPlace } from '#platform/sealing.ts'
import { insertReveals, selectSealedDeliveries, type SealedDelivery } from './delivery-store.ts'
import { credentialSealPlace, deliverySealPlace, unitSealPlace } from './seal-places.ts'

/**
 * The opened goods of one line, in slot order: codes from stock or a supplier, or serial numbers. `shared` when they are
 * seats of shared credentials, with their end if they have one; after it there is nothing to show.
 */
export type RevealedDelivery = {
  lineId: string
  kind: 'CODE' | 'SERIAL' | 'INVITE'
  values: string[]
  shared?: { expiresAt?: Date }
}

/**
 * Opens what an order delivered: the only function that hands out secrets. The vault role sees nothing but the order
 * of this token, only settled lines count, and the showing is on record before a single seal is opened. An unknown
 * or foreign order has nothing to show. Throws when a seal does not open: that is tampering or a lost key.
 */
export async function revealDeliveries(
  deps: { db: Database; keys: KeyRing },
  request: { tokenHash: Buffer; orderId: string; actor: string },
): Promise<RevealedDelivery[]> {
  const { tokenHash, orderId, actor } = request
  const lines = await deps.db.transaction('fulfilment.reveal', { role: 'vault', tokenHash }, async (tx) => {
    const found = groupByLine(await selectSealedDeliveries(tx, orderId, tokenHash))
    const reveals = found.flatMap(([lineId, units]) => {
      const shown = units.filter(({ sealed }) => sealed !== null).length
      return shown === 0 ? [] : [{ id: newId(), lineId, units: shown }]
    })
    if (reveals.length > 0) await insertReveals(tx, reveals, actor)
    return found
  })
  return lines.map(([lineId, units]) => ({
    lineId,
    kind: units[0]?.kind ?? 'CODE',
    values: units.flatMap((unit) => openSeal(deps.keys, unit)),
    ...sharedBy(units),
  }))
}

/** A line's seats were sold together, so they end together. */
function sharedBy(units: readonly SealedDelivery[]): Pick<RevealedDelivery, 'shared'> {
  const seat = units.find(({ credential_id }) => credential_id !== null)
  if (seat === undefined) return {}
  return { shared: seat.ends_at === null ? {} : { expiresAt: seat.ends_at } }
}

function groupByLine(deliveries: readonly SealedDelivery[]): [string, SealedDelivery[]][] {
  const lines = new Map<string, SealedDelivery[]>()
  for (const delivery of deliveries)
    lines.set(delivery.line_id, [...(lines.get(delivery.line_id) ?? []), delivery])
  return [...lines]
}

function openSeal(keys: KeyRing, delivery: SealedDelivery): string[] {
  const { sealed, key_id } = delivery
  return sealed === null || key_id === null
    ? []
    : [unseal(keys, placeOf(delivery), { sealed, keyId: key_id })]
}

function placeOf({ id, unit_id, credential_id }: SealedDelivery): SealPlace {
  if (unit_id !== null) return unitSealPlace(unit_id)
  return credential_id === null ? deliverySealPlace(id) : credentialSealPlace(credential_id)
}
