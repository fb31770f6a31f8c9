import { reserveStock } from '#fulfilment'
import type { Tx } from '#platform/database.ts'
import type { LineRow } from './order.ts'
import { moveLine } from './orders-store.ts'

/** What of an order is taken from the shelf, and for which line. */
export function stockNeeds(
  lines: readonly Pick<LineRow, 'id' | 'sku_id' | 'quantity' | 'delivery_kind'>[],
): { skuId: string; quantity: number; lineId: string }[] {
  return lines
    .filter((line) => line.delivery_kind === 'STOCK')
    .map((line) => ({ skuId: line.sku_id, quantity: line.quantity, lineId: line.id }))
}

/** Claims stock for lines that hold none. False when there is not enough of it. */
export async function holdLines(tx: Tx, lines: readonly LineRow[], holdMinutes: number): Promise<boolean> {
  return (await reserveStock(tx, stockNeeds(lines), holdMinutes)).ok
}

/** Takes the lines of an expired order up again, with stock claimed anew. False when there is not enough of it. */
export async function reviveLines(
  tx: Tx,
  lines: readonly LineRow[],
  { holdMinutes, reason, at }: { holdMinutes: number; reason: string; at: Date },
): Promise<boolean> {
  if (!(await holdLines(tx, lines, holdMinutes))) return false
  for (const line of lines) await moveLine(tx, line, { to: 'WAITING', actor: 'gateway', reason, at })
  return true
}
