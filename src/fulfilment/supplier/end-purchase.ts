import { postJournal } from '#ledger'
import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { seal } from '#platform/sealing.ts'
import { insertSupplierDelivery } from '../delivery/delivery-store.ts'
import { deliverySealPlace } from '../delivery/seal-places.ts'
import { selectUsableOffers } from './offer-view-store.ts'
import type { Purchase, PurchaseDeps } from './purchase.ts'
import { insertPurchase, movePurchase, selectRefusedOffers } from './purchase-store.ts'
import { timingOf, waitOf } from './purchase-timing.ts'
import { wakeNext } from './wake-next.ts'

/** What a supplier answered about an order that is over. */
export type SupplierEnd = { supplierRef: string; price: number; note: string; reason?: string }

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
  const { supplierRef } = end
  // A refunded or rewritten row may show 0; what was agreed when the order was accepted then stands.
  const price = [end.price, purchase.price ?? 0].find((amount) => amount > 0) ?? purchase.expected_cost
  const { id, state: from, fence } = purchase
  if (
    !(await movePurchase(tx, id, {
      from,
      to: 'SUCCEEDED',
      fence,
      reason: end.reason ?? 'supplier delivered',
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
  })
  await postJournal(tx, {
    id: newId(),
    businessKey: `purchase:${id}:cost`,
    kind: 'purchase.cost',
    transfers: [{ debit: 'cost-of-goods', credit: `supplier:${purchase.supplier}`, amount: price }],
  })
  await deps.announce(tx, { kind: 'purchase.finished', lineId: purchase.line_id })
  await wakeNext(tx, deps, purchase)
  return true
}

export type Ending = {
  to: 'FAILED' | 'REFUSED' | 'NOT_PLACED'
  code: string
  reason: string
  supplierRef?: string
}

/** Ends a purchase for good, without goods. False when it has moved on meanwhile. */
export async function endPurchase(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  ending: Ending,
): Promise<boolean> {
  if (!(await moveToEnd(tx, purchase, ending))) return false
  await deps.announce(tx, { kind: 'purchase.finished', lineId: purchase.line_id })
  await wakeNext(tx, deps, purchase)
  return true
}

/**
 * Hands a purchase to a person. One whose order was not found is still looked for: it may turn up. False when it has
 * moved on meanwhile.
 */
export async function handToPerson(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  why: { code: string; reason: string },
): Promise<boolean> {
  const { id, state: from, fence } = purchase
  const nextCheckMs = waitOf(timingOf(deps).lateLookupEveryMs, 0)
  const moved = await movePurchase(tx, id, {
    from,
    to: 'MANUAL',
    fence,
    reason: why.reason,
    failureCode: why.code,
    ...(purchase.supplier_ref === null ? { nextCheckMs } : {}),
  })
  if (moved === undefined) return false
  if (moved.at !== null) await deps.announce(tx, { kind: 'purchase.check', purchaseId: id, at: moved.at })
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
  const { maxWaitMs, intentGraceMs: graceMs } = timingOf(deps)
  const refused = await selectRefusedOffers(tx, purchase.line_id, purchase.slot)
  const offers = await selectUsableOffers(tx, purchase.sku_id, purchase.unit_price)
  const offer = offers.find((candidate) => !refused.includes(candidate.id))
  if (offer === undefined || purchase.wanted_for_ms + ending.waitMs > maxWaitMs) {
    await deps.announce(tx, { kind: 'purchase.finished', lineId: purchase.line_id })
    return true
  }
  const opened = await insertPurchase(tx, {
    lineId: purchase.line_id,
    slot: purchase.slot,
    attempt: purchase.attempt + 1,
    offer,
    targetNo: purchase.target_no,
    targetZone: purchase.target_zone,
    waitMs: ending.waitMs,
    graceMs,
  })
  await deps.announce(tx, { kind: 'purchase.send', purchaseId: opened.id, at: opened.at })
  return true
}

async function moveToEnd(tx: Tx, purchase: Purchase, ending: Ending): Promise<boolean> {
  const { id, state: from, fence } = purchase
  const ref = ending.supplierRef === undefined ? {} : { supplierRef: ending.supplierRef }
  const moved = await movePurchase(tx, id, {
    from,
    to: ending.to,
    fence,
    reason: ending.reason,
    failureCode: ending.code,
    ...ref,
  })
  return moved !== undefined
}
