import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { selectUsableOffers } from './offer-view-store.ts'
import { later } from './purchase.ts'
import { insertPurchase, selectLinePurchases } from './purchase-store.ts'
import { purchaseTarget } from './purchase-target.ts'
import { PURCHASE_TIMING } from './purchase-timing.ts'

/** A paid line whose units come from a supplier. `unitPrice` is what the buyer paid for one. */
export type SupplierLine = {
  lineId: string
  skuId: string
  quantity: number
  input: Readonly<Record<string, string>>
  unitPrice: number
  phone?: string
}

/**
 * Writes one intent per unit of a line, with the cheapest offer that does not cost more than the buyer paid; the ids
 * to send. Nothing is bought yet. Repeating it opens nothing new and answers the ids that still wait for sending.
 */
export async function openPurchases(
  tx: Tx,
  line: SupplierLine,
  now: Date,
): Promise<Result<{ purchaseIds: string[] }, { code: 'no_offer' }>> {
  const known = await selectLinePurchases(tx, line.lineId)
  if (known.length > 0)
    return ok({ purchaseIds: known.filter(({ state }) => state === 'INTENT').map(({ id }) => id) })
  const [offer] = await selectUsableOffers(tx, line.skuId, line.unitPrice)
  if (offer === undefined) return err({ code: 'no_offer' })
  const target = purchaseTarget(line.input, line.phone)
  const nextCheckAt = later(now, PURCHASE_TIMING.intentGraceMs)
  const slots = Array.from({ length: line.quantity }, (_, index) => index + 1)
  const purchaseIds = await Promise.all(
    slots.map((slot) =>
      insertPurchase(tx, { lineId: line.lineId, slot, attempt: 1, offer, ...target, nextCheckAt, now }),
    ),
  )
  return ok({ purchaseIds })
}
