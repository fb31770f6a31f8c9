import type { Tx } from '#platform/database.ts'
import { freeUnitsStatement } from './stock-store.ts'

/** Units of each SKU that a buyer could get now; SKUs without any are missing. A hint, not a promise. */
export async function countStock(tx: Tx, skuIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.rows(freeUnitsStatement(skuIds))
  return new Map(rows.map((row) => [row.sku_id, row.free]))
}
