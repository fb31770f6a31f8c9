import type { Tx } from '#platform/database.ts'
import type { PurchaseState } from './purchase-states.ts'

/** The newest attempt for one unit of a line. */
export type NewestAttempt = {
  id: string
  slot: number
  attempt: number
  state: PurchaseState
  fence: number
  failure_code: string | null
}

/** The newest attempt of every unit of a line, in order. Takes no locks. Uses supplier_purchases_attempt. */
export async function selectNewestAttempts(tx: Tx, lineId: string): Promise<NewestAttempt[]> {
  return await tx.rows<NewestAttempt>({
    name: 'purchase_newest_attempts',
    text: `select distinct on (slot) id, slot, attempt, state, fence, failure_code from supplier_purchases
      where line_id = $1 order by slot, attempt desc`,
    values: [lineId],
  })
}

/** Makes a purchase due that is not over and has no next look planned; one that has a time keeps it. Uses the primary key. */
export async function replanPurchase(tx: Tx, id: string): Promise<void> {
  await tx.count({
    name: 'purchase_plan_forgotten',
    text: `update supplier_purchases set next_check_at = date_trunc('milliseconds', now())
      where id = $1 and next_check_at is null and state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED')`,
    values: [id],
  })
}
