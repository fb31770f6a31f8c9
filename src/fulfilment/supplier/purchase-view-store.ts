import type { Statement, Tx } from '#platform/database.ts'
import type { PurchaseState } from './purchase-states.ts'

/** A purchase that may have moved the supplier's balance while another one was in doubt. */
export type Neighbour = { state: PurchaseState; price: number; sent_later: boolean }

/**
 * Purchases that were sent, or changed, since the moment another one was sent; what was sent a week earlier moves no
 * balance any more. Uses supplier_purchases_sent.
 */
export function neighboursStatement(supplier: string, exceptId: string, sentAt: Date): Statement<Neighbour> {
  return {
    text: `select state, coalesce(price, expected_cost) as price, sent_at > $3 as sent_later
      from supplier_purchases
      where supplier = $1 and id <> $2 and sent_at > $3::timestamptz - interval '7 days'
        and (sent_at > $3 or updated_at >= $3)
        and state not in ('REFUSED', 'NOT_PLACED')`,
    values: [supplier, exceptId, sentAt],
  }
}

/** How many orders this supplier got from us since that moment. Uses supplier_purchases_sent. */
export function sentSinceStatement(supplier: string, since: Date): Statement<{ sent: number }> {
  return {
    text: 'select count(*) as sent from supplier_purchases where supplier = $1 and sent_at >= $2',
    values: [supplier, since],
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

/** Purchases whose time has come, longest waiting first. Uses supplier_purchases_due. */
export function dueStatement(limit: number): Statement<DuePurchase> {
  return {
    text: `select id, state from supplier_purchases where next_check_at <= now() order by next_check_at limit $1`,
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

/** The purchase with this reference, and those of the supplier that are in doubt. */
export async function selectAddressees(
  tx: Tx,
  supplier: string,
  ref: string,
  limit: number,
): Promise<(DuePurchase & { known: boolean })[]> {
  return await tx.rows({
    text: `(select id, state, true as known from supplier_purchases where supplier = $1 and supplier_ref = $2)
      union all
      (select id, state, false from supplier_purchases
        where supplier = $1 and state = 'UNKNOWN' order by sent_at limit $3)`,
    values: [supplier, ref, limit],
  })
}
