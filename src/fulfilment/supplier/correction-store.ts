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
