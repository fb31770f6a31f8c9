import type { Database } from '#platform/database.ts'
import { selectLowStock } from './low-stock-view-store.ts'

/** What nobody bought for longer is not missed. */
const SOLD_DAYS = 14

/** SKUs of single codes that sell and have fewer than `below` left, with how many. */
export async function listLowStock(db: Database, below: number): Promise<{ sku: string; left: number }[]> {
  return await selectLowStock(db, { below, soldDays: SOLD_DAYS })
}
