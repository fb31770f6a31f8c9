import type { Tx } from '#platform/database.ts'
import type { Purchase } from './purchase.ts'
import type { PurchaseState } from './purchase-states.ts'
import type { Looked, Planned } from './purchase-store.ts'

/** An earlier attempt of a slot for the same target. */
export type Attempt = {
  offer_id: string
  supplier: string
  state: PurchaseState
  failure_code: string | null
  ended_for_ms: number
}

/** The attempts of a slot for the target that is wanted now; a corrected target starts anew. Uses supplier_purchases_attempt. */
export async function selectAttempts(
  tx: Tx,
  slot: Pick<Purchase, 'line_id' | 'slot' | 'target_no' | 'target_zone'>,
): Promise<Attempt[]> {
  return await tx.rows<Attempt>({
    name: 'purchase_attempts',
    text: `select offer_id, supplier, state, failure_code,
        extract(epoch from now() - updated_at)::float8 * 1000 as ended_for_ms
      from supplier_purchases
      where line_id = $1 and slot = $2 and target_no = $3 and target_zone = $4`,
    values: [slot.line_id, slot.slot, slot.target_no, slot.target_zone],
  })
}

/**
 * Claims the next call about a purchase that was sent: notes that it is asked now, and plans a look in case this process
 * dies. Undefined when it moved on, or when another run asks already.
 */
export async function claimRepeat(
  tx: Tx,
  purchase: Looked,
  lostAfterMs: number,
): Promise<Planned | undefined> {
  return await tx.maybe<Planned>({
    name: 'purchase_claim_repeat',
    text: `update supplier_purchases set asked_at = now(), checks = checks + 1,
        next_check_at = date_trunc('milliseconds', now() + $4::float8 * interval '1 millisecond')
      where id = $1 and state = $2 and fence = $3
        and date_trunc('milliseconds', next_check_at) is not distinct from $5
      returning next_check_at as at`,
    values: [purchase.id, purchase.state, purchase.fence, lostAfterMs, purchase.next_check_at],
  })
}

/** Plans a look at a purchase that succeeded, because its supplier says that it took that back. */
export async function suspectReversal(
  tx: Tx,
  supplier: string,
  reference: string,
): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>({
    name: 'purchase_suspect_reversal',
    text: `update supplier_purchases set next_check_at = sent_at, checks = 0
      where supplier = $1 and reference = $2 and state = 'SUCCEEDED' and reversed_at is null
      returning id`,
    values: [supplier, reference],
  })
  return row?.id
}

/** Marks a success as taken back; false when it was marked before. Its looks end. */
export async function markReversed(tx: Tx, id: string): Promise<boolean> {
  const marked = await tx.count({
    name: 'purchase_mark_reversed',
    text: `update supplier_purchases set reversed_at = now(), next_check_at = null, updated_at = now()
      where id = $1 and state = 'SUCCEEDED' and reversed_at is null`,
    values: [id],
  })
  return marked > 0
}

/** Ends the task of a reversal; false when there is none. */
export async function settleReversed(tx: Tx, id: string): Promise<boolean> {
  const settled = await tx.count({
    text: `update supplier_purchases set reversal_settled_at = now()
      where id = $1 and reversed_at is not null and reversal_settled_at is null`,
    values: [id],
  })
  return settled > 0
}

/**
 * Lets the oldest intents that wait for a supplier be sent now; their ids. Those that another transaction holds are
 * passed over. Uses supplier_purchases_waiting.
 */
export async function hastenSupplier(
  tx: Tx,
  supplier: string,
  options: { graceMs: number; limit: number },
): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>({
    name: 'purchase_hasten_supplier',
    text: `update supplier_purchases set send_after = now(),
        next_check_at = date_trunc('milliseconds', now() + $2::float8 * interval '1 millisecond')
      where id in (
        select id from supplier_purchases where supplier = $1 and state = 'INTENT' and send_after > now()
        order by id limit $3 for update skip locked)
      returning id`,
    values: [supplier, options.graceMs, options.limit],
  })
  return rows.map((row) => row.id)
}
