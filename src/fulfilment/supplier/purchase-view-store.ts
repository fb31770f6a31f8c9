import type { Statement, Tx } from '#platform/database.ts'
import type { PurchaseState } from './purchase-states.ts'

/** A person has it, and its order could be mistaken for another: it is not known and bears no reference of ours. */
const IN_HANDS = `(q.state = 'MANUAL' and q.supplier_ref is null and not q.told_apart)`

/**
 * SQL for "another purchase for the target of `row` is in doubt": its order may be in the supplier's books without
 * being linked to it, and a second one there could not be told from it. Uses supplier_purchases_one_in_doubt.
 */
export function inDoubt(row: string, states = `q.state in ('IN_FLIGHT', 'UNKNOWN') or ${IN_HANDS}`): string {
  return `exists (select 1 from supplier_purchases q
    where q.supplier = ${row}.supplier and q.service_code = ${row}.service_code and q.target_no = ${row}.target_no
      and q.target_zone = ${row}.target_zone
      and (${states}))`
}

/**
 * Whether another purchase for the same target is in doubt, whether a person has that one, which may take hours, and
 * what time it is by the database's clock.
 */
export function doubtStatement(id: string): Statement<{ in_doubt: boolean; held: boolean; now: Date }> {
  return {
    name: 'purchase_in_doubt',
    text: `select ${inDoubt('p')} as in_doubt, ${inDoubt('p', IN_HANDS)} as held, now() as now from supplier_purchases p where p.id = $1`,
    values: [id],
  }
}

/** The database's time: what is noted with it can be compared with every purchase. */
export function timeStatement(): Statement<{ now: Date }> {
  return { name: 'purchase_time', text: 'select now() as now' }
}

/** Whether the money for a line is still ours: its order's payment was not taken back. Uses payments_order. */
export async function isMoneyHeld(tx: Tx, lineId: string): Promise<boolean> {
  const row = await tx.one<{ held: boolean }>({
    name: 'purchase_money_held',
    text: `select exists (
        select 1 from order_lines l join payments p on p.order_id = l.order_id
        where l.id = $1 and p.booked_to = 'order' and p.state in ('PAID', 'PARTIALLY_REFUNDED')) as held`,
    values: [lineId],
  })
  return row.held
}

/**
 * A purchase that may have moved the supplier's balance while another one was in doubt. `sent_later` = claimed after
 * that one, `changed_late` = changed since the balance was read anew.
 */
export type Neighbour = { state: PurchaseState; price: number; sent_later: boolean; changed_late: boolean }

/**
 * Purchases that were sent or changed since the first reading of the balance before `id` was sent, or are open: their
 * end at the supplier may not be known here yet. What was sent a week earlier moves no balance any more. `readAt` is
 * the database's time before the second reading. Uses supplier_purchases_sent.
 */
export function neighboursStatement(id: string, readAt: Date): Statement<Neighbour> {
  return {
    text: `select n.state, coalesce(n.price, n.expected_cost) as price, n.sent_at > mine.sent_at as sent_later,
        n.updated_at >= $2 as changed_late
      from supplier_purchases mine
      join supplier_purchases n on n.supplier = mine.supplier and n.id <> mine.id
        and n.sent_at > mine.sent_at - interval '7 days'
      where mine.id = $1 and n.state not in ('REFUSED', 'NOT_PLACED')
        and (n.sent_at > mine.sent_at or n.updated_at >= mine.balance_at
          or n.state in ('IN_FLIGHT', 'UNKNOWN', 'ACCEPTED', 'MANUAL'))`,
    values: [id, readAt],
  }
}

/** How many orders the supplier got from us since it got this one. Uses supplier_purchases_sent. */
export function sentSinceStatement(id: string): Statement<{ sent: number }> {
  return {
    text: `select count(*) as sent from supplier_purchases mine
      join supplier_purchases n on n.supplier = mine.supplier and n.sent_at >= mine.sent_at
      where mine.id = $1`,
    values: [id],
  }
}

/** The newest attempt of every slot of a line. Uses supplier_purchases_attempt. */
export async function selectSlots(
  tx: Tx,
  lineId: string,
): Promise<{ state: PurchaseState; failure_code: string | null }[]> {
  return await tx.rows({
    name: 'purchase_slots',
    text: `select distinct on (slot) state, failure_code from supplier_purchases
      where line_id = $1 order by slot, attempt desc`,
    values: [lineId],
  })
}

/** A purchase that somebody should look at. */
export type DuePurchase = { id: string; state: PurchaseState }

/** Purchases whose time has come, at most `limit` of each supplier, longest waiting first. Uses supplier_purchases_due. */
export function dueStatement(limit: number): Statement<{ id: string; supplier: string }> {
  return {
    text: `select id, supplier from (
        select id, supplier, next_check_at,
          row_number() over (partition by supplier order by next_check_at, id) as place
        from supplier_purchases where next_check_at <= now()) due
      where place <= $1 order by next_check_at, id`,
    values: [limit],
  }
}

/** Purchases with a next look planned, which all have that are not over. Uses supplier_purchases_due. */
export function openStatement(limit: number): Statement<DuePurchase> {
  return {
    text: `select id, state from supplier_purchases
      where next_check_at is not null order by next_check_at limit $1`,
    values: [limit],
  }
}

/** The purchase with this reference, the supplier's or ours, and those of the supplier that are in doubt. */
export async function selectAddressees(
  tx: Tx,
  supplier: string,
  ref: string,
  limit: number,
): Promise<(DuePurchase & { known: boolean })[]> {
  return await tx.rows({
    text: `(select id, state, true as known from supplier_purchases where supplier = $1 and supplier_ref = $2)
      union
      (select id, state, true as known from supplier_purchases where supplier = $1 and reference = $2)
      union all
      (select id, state, false from supplier_purchases
        where supplier = $1 and (state = 'UNKNOWN' or (state = 'MANUAL' and supplier_ref is null))
        order by sent_at limit $3)`,
    values: [supplier, ref, limit],
  })
}
