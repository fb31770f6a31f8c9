import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { chooseOffer } from './choose-offer.ts'
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
 * Writes one intent per unit of a line, with the best offer that leaves the least margin; the ids to send. Nothing is bought yet. Repeating it opens nothing new and answers no ids: each intent has its own job, and
 * the sweep of due purchases finds those that lost it.
 */
export async function openPurchases(
  tx: Tx,
  line: SupplierLine,
): Promise<Result<{ purchaseIds: string[] }, { code: 'no_offer' }>> {
  if (await hasPurchases(tx, line.lineId)) return ok({ purchaseIds: [] })
  const slots = Array.from({ length: line.quantity }, (_, index) => ({ slot: index + 1, attempt: 1 }))
  return await openSlots(tx, line, slots)
}

/** Opens an attempt for each of these slots with the best offer for what the buyer entered. */
export async function openSlots(
  tx: Tx,
  line: SupplierLine,
  slots: readonly { slot: number; attempt: number }[],
): Promise<Result<{ purchaseIds: string[] }, { code: 'no_offer' }>> {
  const target = purchaseTarget(line.input, line.phone)
  const choice = await chooseOffer(
    tx,
    {
      line_id: line.lineId,
      slot: slots[0]?.slot ?? 1,
      sku_id: line.skuId,
      unit_price: line.unitPrice,
      target_no: target.targetNo,
      target_zone: target.targetZone,
    },
    PURCHASE_TIMING.avoidForMs,
  )
  if (choice === undefined) return err({ code: 'no_offer' })
  const plan = { offer: choice.offer, waitMs: 0, graceMs: PURCHASE_TIMING.intentGraceMs }
  const opened = await Promise.all(
    slots.map(({ slot, attempt }) =>
      insertPurchase(tx, { lineId: line.lineId, slot, attempt, ...target, ...plan }),
    ),
  )
  return ok({ purchaseIds: opened.map(({ id }) => id) })
}
