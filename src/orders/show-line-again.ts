import type { Database } from '#platform/database.ts'
import { lockLine } from './fulfil-line.ts'
import { touchOrder } from './orders-store.ts'

/**
 * Lets the open pages of a line's order look again: something of its delivery changed that is no state of the line, such
 * as an invitation that was accepted. Repeating it is harmless. Locks the order.
 */
export async function showLineAgain(deps: { db: Database }, lineId: string): Promise<void> {
  await deps.db.transaction('orders.show-line-again', { role: 'worker' }, async (tx) => {
    const found = await lockLine(tx, lineId)
    if (found !== undefined) await touchOrder(tx, found.order.id)
  })
}
