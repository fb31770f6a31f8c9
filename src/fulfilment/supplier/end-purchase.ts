import { postJournal } from '#ledger'
import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { seal } from '#platform/sealing.ts'
import { insertSupplierDelivery } from '../delivery/delivery-store.ts'
import { deliverySealPlace } from '../delivery/seal-places.ts'
import { selectUsableOffers } from './offer-view-store.ts'
import { later, type Purchase, type PurchaseDeps } from './purchase.ts'
import { insertPurchase, movePurchase, selectRefusedOffers } from './purchase-store.ts'
import { timingOf } from './purchase-timing.ts'
import type { PurchaseState } from './purchase-states.ts'

/** What a supplier answered about an order that is over. */
export type SupplierEnd = { supplierRef: string; price: number; note: string; now: Date; reason?: string }

/**
 * Ends a purchase that delivered: seals what arrived, books what it cost, announces the end. False when the purchase
 * has moved on meanwhile; then nothing happened.
 */
export async function succeedPurchase(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  end: SupplierEnd,
): Promise<boolean> {
  const { now, supplierRef } = end
  // A refunded or rewritten row may show 0; what was agreed when the order was accepted then stands.
  const price = [end.price, purchase.price ?? 0].find((amount) => amount > 0) ?? purchase.expected_cost
  const { id, state: from, fence } = purchase
  if (
    !(await movePurchase(tx, id, {
      from,
      to: 'SUCCEEDED',
      fence,
      reason: end.reason ?? 'supplier delivered',
      now,
      supplierRef,
      price,
    }))
  ) {
    return false
  }
  const deliveryId = newId()
  const text = end.note.trim() === '' ? supplierRef : end.note.trim()
  await insertSupplierDelivery(tx, {
    id: deliveryId,
    lineId: purchase.line_id,
    slot: purchase.slot,
    kind: purchase.brings_code ? 'CODE' : 'SERIAL',
    purchaseId: id,
    ...seal(deps.keys, deliverySealPlace(deliveryId), text),
    now,
  })
  await postJournal(tx, {
    id: newId(),
    businessKey: `purchase:${id}:cost`,
    kind: 'purchase.cost',
    transfers: [{ debit: 'cost-of-goods', credit: `supplier:${purchase.supplier}`, amount: price }],
  })
  await deps.announce(tx, { kind: 'purchase.finished', lineId: purchase.line_id })
  return true
}

export type Ending = {
  to: Exclude<PurchaseState, 'SUCCEEDED' | 'INTENT' | 'IN_FLIGHT' | 'UNKNOWN' | 'ACCEPTED'>
  code: string
  reason: string
  now: Date
  supplierRef?: string
}

/** Ends a purchase for good, without goods or for a person to decide. False when it has moved on meanwhile. */
export async function endPurchase(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  ending: Ending,
): Promise<boolean> {
  if (!(await moveToEnd(tx, purchase, ending))) return false
  await deps.announce(tx, { kind: 'purchase.finished', lineId: purchase.line_id })
  return true
}

/**
 * Ends a purchase that certainly was not placed and opens a new attempt for its slot after `waitMs`, with the
 * cheapest offer that has not refused it. Without such an offer, or when the buyer has waited too long, the slot ends.
 */
export async function replacePurchase(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  ending: Ending & { to: 'REFUSED' | 'NOT_PLACED'; waitMs: number },
): Promise<boolean> {
  if (!(await moveToEnd(tx, purchase, ending))) return false
  const timing = timingOf(deps)
  const at = later(ending.now, ending.waitMs)
  const refused = await selectRefusedOffers(tx, purchase.line_id, purchase.slot)
  const offers = await selectUsableOffers(tx, purchase.sku_id, purchase.unit_price)
  const offer = offers.find((candidate) => !refused.includes(candidate.id))
  if (offer === undefined || at > later(purchase.wanted_since, timing.maxWaitMs)) {
    await deps.announce(tx, { kind: 'purchase.finished', lineId: purchase.line_id })
    return true
  }
  const purchaseId = await insertPurchase(tx, {
    lineId: purchase.line_id,
    slot: purchase.slot,
    attempt: purchase.attempt + 1,
    offer,
    targetNo: purchase.target_no,
    targetZone: purchase.target_zone,
    nextCheckAt: later(at, timing.intentGraceMs),
    now: ending.now,
  })
  await deps.announce(tx, { kind: 'purchase.send', purchaseId, at })
  return true
}

async function moveToEnd(tx: Tx, purchase: Purchase, ending: Ending): Promise<boolean> {
  const { id, state: from, fence } = purchase
  const ref = ending.supplierRef === undefined ? {} : { supplierRef: ending.supplierRef }
  return await movePurchase(tx, id, {
    from,
    to: ending.to,
    fence,
    reason: ending.reason,
    failureCode: ending.code,
    now: ending.now,
    ...ref,
  })
}
