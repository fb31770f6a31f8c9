import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { unseal, type KeyRing, type SealPlace } from '#platform/sealing.ts'
import { insertReveals, selectSealedDeliveries, type SealedDelivery } from './delivery-store.ts'
import { credentialSealPlace, deliverySealPlace, unitSealPlace } from './seal-places.ts'

/** The opened goods of one line, in slot order: codes from stock or a supplier, or serial numbers. */
export type RevealedDelivery = { lineId: string; kind: 'CODE' | 'SERIAL' | 'INVITE'; values: string[] }

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
    const reveals = found.map(([lineId, units]) => ({ id: newId(), lineId, units: units.length }))
    if (reveals.length > 0) await insertReveals(tx, reveals, actor)
    return found
  })
  return lines.map(([lineId, units]) => ({
    lineId,
    kind: units[0]?.kind ?? 'CODE',
    values: units.map((unit) => openSeal(deps.keys, unit)),
  }))
}

function groupByLine(deliveries: readonly SealedDelivery[]): [string, SealedDelivery[]][] {
  const lines = new Map<string, SealedDelivery[]>()
  for (const delivery of deliveries)
    lines.set(delivery.line_id, [...(lines.get(delivery.line_id) ?? []), delivery])
  return [...lines]
}

function openSeal(keys: KeyRing, delivery: SealedDelivery): string {
  return unseal(keys, placeOf(delivery), { sealed: delivery.sealed, keyId: delivery.key_id })
}

function placeOf({ id, unit_id, credential_id }: SealedDelivery): SealPlace {
  if (unit_id !== null) return unitSealPlace(unit_id)
  return credential_id === null ? deliverySealPlace(id) : credentialSealPlace(credential_id)
}
