import type { Database } from '#platform/database.ts'
import { findPriceRecord } from './price-inputs-view-store.ts'
import type { PriceExplanation } from './price-view.ts'

/** How the price of a SKU came about, or undefined when the SKU is unknown or has no price yet. */
export async function explainPrice(db: Database, skuCode: string): Promise<PriceExplanation | undefined> {
  const record = await db.transaction('pricing.explain', { role: 'worker' }, (tx) =>
    findPriceRecord(tx, skuCode),
  )
  if (record === undefined || record.retail === null || record.pricedAt === null) return undefined
  return {
    sku: skuCode,
    retail: record.retail,
    cost: record.cost,
    floor: record.floor ?? 0,
    sellable: record.sellable ?? false,
    handSet: record.handSet ?? false,
    rule: record.scope ?? (record.cost === null ? null : 'default'),
    trace: record.trace ?? [],
    pricedAt: record.pricedAt,
  }
}
