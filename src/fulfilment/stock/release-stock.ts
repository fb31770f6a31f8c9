import type { Tx } from '#platform/database.ts'
import { releaseUnits } from './stock-store.ts'

/** Puts the stock held for these lines back on the shelf. Sold units stay sold; repeating it changes nothing. */
export async function releaseStock(tx: Tx, lineIds: readonly string[]): Promise<void> {
  if (lineIds.length > 0) await releaseUnits(tx, lineIds)
}
