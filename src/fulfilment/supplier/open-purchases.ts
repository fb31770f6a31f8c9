import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { selectUsableOffers } from './offer-view-store.ts'
import { hasPurchases, insertPurchase } from './purchase-store.ts'
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
 * to send. Nothing is bought yet. Repeating it opens nothing new and answers no ids: each intent has its own job, and
 * the sweep of due purchases finds those that lost it.
 */
export async function openPurchases(
  tx: Tx,
  line: SupplierLine,
): Promise<Result<{ purchaseIds: string[] }, { code: 'no_offer' }>> {
  if (await hasPurchases(tx, line.lineId)) return ok({ purchaseIds: [] })
  const [offer] = await selectUsableOffers(tx, line.skuId, line.unitPrice)
  if (offer === undefined) return err({ code: 'no_offer' })
  const target = purchaseTarget(line.input, line.phone)
  const plan = { waitMs: 0, graceMs: PURCHASE_TIMING.intentGraceMs }
  const slots = Array.from({ length: line.quantity }, (_, index) => index + 1)
  const opened = await Promise.all(
    slots.map((slot) =>
      insertPurchase(tx, { lineId: line.lineId, slot, attempt: 1, offer, ...target, ...plan }),
    ),
  )
  return ok({ purchaseIds: opened.map(({ id }) => id) })
}
