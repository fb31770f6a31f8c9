import type { Database, Statement, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { Offer } from './offer-view-store.ts'
import type { Purchase } from './purchase.ts'
import { assertMove, type PurchaseState } from './purchase-states.ts'

const PURCHASE = `select p.id, p.line_id, p.slot, p.attempt, p.supplier, p.offer_id, p.service_code, p.expected_name,
    p.target_no, p.target_zone, p.expected_cost, p.state, p.supplier_ref, p.price, p.balance_before, p.fence, p.sent_at,
    p.next_check_at, p.checks,
    (select min(f.created_at) from supplier_purchases f where f.line_id = p.line_id and f.slot = p.slot) as wanted_since,
    l.state as line_state, l.unit_price, l.sku_id, jsonb_array_length(d.input_fields) = 0 as brings_code,
    o.available and o.missing_since is null as offer_usable, o.cost as offer_cost
  from supplier_purchases p
  join order_lines l on l.id = p.line_id
  join products d on d.id = l.product_id
  join supplier_offers o on o.id = p.offer_id
  where p.id = $1`

/** The purchase as it is now, or undefined. */
export async function findPurchase(db: Database, id: string): Promise<Purchase | undefined> {
  const statement: Statement<Purchase> = { name: 'purchase_find', text: PURCHASE, values: [id] }
  const [row] = await db.once('fulfilment.find-purchase', { role: 'worker' }, statement)
  return row
}

/** Ids and states of a line's purchases, in slot order. Uses supplier_purchases_line. */
export async function selectLinePurchases(
  tx: Tx,
  lineId: string,
): Promise<{ id: string; state: PurchaseState }[]> {
  return await tx.rows({
    text: 'select id, state from supplier_purchases where line_id = $1 order by slot, attempt',
    values: [lineId],
  })
}

export type NewPurchase = {
  lineId: string
  slot: number
  attempt: number
  offer: Offer
  targetNo: string
  targetZone: string
  nextCheckAt: Date
  now: Date
}

/** Writes the intent to buy one unit; `supplier_purchases_one_open` refuses a second live one for the slot. */
export async function insertPurchase(tx: Tx, purchase: NewPurchase): Promise<string> {
  const id = newId()
  const { offer } = purchase
  const written = tx.count({
    name: 'purchase_insert',
    text: `insert into supplier_purchases (id, line_id, slot, attempt, supplier, offer_id, service_code, expected_name,
        target_no, target_zone, expected_cost, state, next_check_at, created_at, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'INTENT', $12, $13, $13)`,
    values: [
      id,
      purchase.lineId,
      purchase.slot,
      purchase.attempt,
      offer.supplier,
      offer.id,
      offer.code,
      offer.display_name,
      purchase.targetNo,
      purchase.targetZone,
      offer.cost,
      purchase.nextCheckAt,
      purchase.now,
    ],
  })
  const noted = tx.count({
    name: 'purchase_insert_history',
    text: `insert into purchase_history (id, purchase_id, from_state, to_state, at) values ($1, $2, 'NEW', 'INTENT', $3)`,
    values: [newId(), id, purchase.now],
  })
  await written
  await noted
  return id
}

/**
 * Claims an intent for sending; its new fence, or undefined when it is no longer an intent or when another purchase
 * for the same target is in doubt (`supplier_purchases_one_in_doubt` catches those that claim at the same moment).
 */
export async function claimPurchase(
  tx: Tx,
  id: string,
  claim: { balance: number; nextCheckAt: Date; now: Date },
): Promise<number | undefined> {
  assertMove('INTENT', 'IN_FLIGHT')
  const row = await tx.maybe<{ fence: number }>({
    name: 'purchase_claim',
    text: `with claimed as (
        update supplier_purchases p set state = 'IN_FLIGHT', fence = fence + 1, sent_at = $2, updated_at = $2,
          balance_before = $3, next_check_at = $4, checks = 0
        where p.id = $1 and p.state = 'INTENT' and not exists (
          select 1 from supplier_purchases q
          where q.supplier = p.supplier and q.service_code = p.service_code and q.target_no = p.target_no
            and q.target_zone = p.target_zone and q.state in ('IN_FLIGHT', 'UNKNOWN'))
        returning p.id, p.fence),
      noted as (
        insert into purchase_history (id, purchase_id, from_state, to_state, at)
        select $5, id, 'INTENT', 'IN_FLIGHT', $2 from claimed)
      select fence from claimed`,
    values: [id, claim.now, claim.balance, claim.nextCheckAt, newId()],
  })
  return row?.fence
}

export type PurchaseMove = {
  from: PurchaseState
  to: PurchaseState
  /** The claim whose outcome this is; a later claim makes it void. */
  fence: number
  reason: string
  now: Date
  nextCheckAt?: Date
  supplierRef?: string
  price?: number
  failureCode?: string
}

/**
 * Moves a purchase and writes its history; false when it is not in that state of that claim any more. Leaving
 * `nextCheckAt` out ends its checks. Raises `supplier_purchases_ref` when the reference belongs to another purchase.
 */
export async function movePurchase(tx: Tx, id: string, move: PurchaseMove): Promise<boolean> {
  assertMove(move.from, move.to)
  const moved = await tx.count({
    name: 'purchase_move',
    text: `with moved as (
        update supplier_purchases set state = $3, updated_at = $6, next_check_at = $7, checks = 0,
          fence = fence + case when $2 = 'IN_FLIGHT' then 1 else 0 end,
          supplier_ref = coalesce($8, supplier_ref), price = coalesce($9, price), failure_code = $10,
          failure_text = case when $10::text is null then null else $5::text end
        where id = $1 and state = $2 and fence = $4
        returning id)
      insert into purchase_history (id, purchase_id, from_state, to_state, reason, at)
      select $11, id, $2, $3, $5, $6 from moved`,
    values: [
      id,
      move.from,
      move.to,
      move.fence,
      move.reason.slice(0, 200),
      move.now,
      move.nextCheckAt ?? null,
      move.supplierRef ?? null,
      move.price ?? null,
      move.failureCode ?? null,
      newId(),
    ],
  })
  return moved === 1
}

/**
 * Sets when to look at a purchase again (null = not by itself); false when it moved on, or when another run has
 * planned its next look already.
 */
export async function postponePurchase(
  tx: Tx,
  purchase: Pick<Purchase, 'id' | 'state' | 'fence' | 'next_check_at'>,
  at: Date | null,
): Promise<boolean> {
  const postponed = await tx.count({
    name: 'purchase_postpone',
    text: `update supplier_purchases set next_check_at = $4, checks = checks + 1
      where id = $1 and state = $2 and fence = $3 and next_check_at is not distinct from $5`,
    values: [purchase.id, purchase.state, purchase.fence, at, purchase.next_check_at],
  })
  return postponed === 1
}

/**
 * Makes purchases that wait for the supplier due now: since they were sent, which needs no clock. Others keep their
 * time, as the end of a claim must not move.
 */
export async function makeDue(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.count({
    name: 'purchase_make_due',
    text: `update supplier_purchases set next_check_at = sent_at
      where id = any ($1::uuid[])
        and (state in ('UNKNOWN', 'ACCEPTED') or (state = 'MANUAL' and supplier_ref is not null))`,
    values: [ids],
  })
}

/** Offers that refused this slot before. Uses supplier_purchases_attempt. */
export async function selectRefusedOffers(tx: Tx, lineId: string, slot: number): Promise<string[]> {
  const rows = await tx.rows<{ offer_id: string }>({
    text: `select offer_id from supplier_purchases where line_id = $1 and slot = $2 and state = 'REFUSED'`,
    values: [lineId, slot],
  })
  return rows.map((row) => row.offer_id)
}

/** Which of these references belong to a purchase of ours already. Uses supplier_purchases_ref. */
export function linkedRefsStatement(
  supplier: string,
  refs: readonly string[],
): Statement<{ supplier_ref: string }> {
  return {
    name: 'purchase_linked_refs',
    text: 'select supplier_ref from supplier_purchases where supplier = $1 and supplier_ref = any ($2::text[])',
    values: [supplier, refs],
  }
}
