import { postJournal } from '#ledger'
import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { seal } from '#platform/sealing.ts'
import { insertSupplierDelivery } from '../delivery/delivery-store.ts'
import { deliverySealPlace } from '../delivery/seal-places.ts'
import { chooseOffer } from './choose-offer.ts'
import { noteDelivery, noteFailure, type Blame } from './note-end.ts'
import type { Purchase, PurchaseDeps } from './purchase.ts'
import { insertPurchase, movePurchase, type Moved } from './purchase-store.ts'
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
  const moved = await movePurchase(tx, id, {
    from,
    to: 'SUCCEEDED',
    fence,
    reason: end.reason ?? 'supplier delivered',
    supplierRef,
    price,
  })
  if (moved === undefined) return false
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
  await noteDelivery(tx, purchase, moved.sent_for_ms ?? 0)
  return true
}

/** How a purchase ends without goods, and what that says about its supplier. */
export type Ending = {
  to: 'FAILED' | 'REFUSED' | 'NOT_PLACED'
  code: string
  reason: string
  blame: Blame
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
  await noteFailure(tx, purchase, ending.blame, ending.reason)
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
 * Ends a purchase that definitely brought nothing and opens a new attempt for its slot with the best offer that is left.
 * With the same supplier again after `waitMs`, with another one at once. Without such an offer, or when the buyer has
 * waited too long, the slot ends. Never to be called for a purchase in doubt.
 */
export async function replacePurchase(
  tx: Tx,
  deps: PurchaseDeps,
  purchase: Purchase,
  ending: Ending & { waitMs: number },
): Promise<boolean> {
  if (!(await moveToEnd(tx, purchase, ending))) return false
  const { maxWaitMs, intentGraceMs: graceMs, avoidForMs } = timingOf(deps)
  const choice = await chooseOffer(tx, purchase, avoidForMs)
  const waitMs = choice?.ready && choice.offer.supplier !== purchase.supplier ? 0 : ending.waitMs
  if (choice === undefined || purchase.wanted_for_ms + waitMs > maxWaitMs) {
    await deps.announce(tx, { kind: 'purchase.finished', lineId: purchase.line_id })
  } else {
    const opened = await insertPurchase(tx, {
      lineId: purchase.line_id,
      slot: purchase.slot,
      attempt: purchase.attempt + 1,
      offer: choice.offer,
      targetNo: purchase.target_no,
      targetZone: purchase.target_zone,
      waitMs,
      graceMs,
    })
    await deps.announce(tx, { kind: 'purchase.send', purchaseId: opened.id, at: opened.at })
  }
  await noteFailure(tx, purchase, ending.blame, ending.reason)
  return true
}

async function moveToEnd(tx: Tx, purchase: Purchase, ending: Ending): Promise<Moved | undefined> {
  const { id, state: from, fence } = purchase
  const ref = ending.supplierRef === undefined ? {} : { supplierRef: ending.supplierRef }
  return await movePurchase(tx, id, {
    from,
    to: ending.to,
    fence,
    reason: ending.reason,
    failureCode: ending.code,
    ...ref,
  })
}
