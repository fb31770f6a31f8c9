import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { claimUnits, type StockNeed } from './stock-store.ts'

/** A SKU with fewer free units than were asked for. */
export type StockShort = { code: 'stock_short'; skuId: string }

/**
 * Holds stock for lines for `holdMinutes` by the database's clock: everything or nothing. Lines of the same SKU are
 * counted together. Refuses only when the units are really gone: it waits for buyers who hold units in an open
 * transaction and may yet give them up. The transaction stays usable after a refusal.
 */
export async function reserveStock(
  tx: Tx,
  needs: readonly StockNeed[],
  holdMinutes: number,
): Promise<Result<void, StockShort[]>> {
  if (needs.length === 0) return ok(undefined)
  const short = await claimUnits(tx, needs, holdMinutes)
  if (short.length === 0) return ok(undefined)
  return err(short.map((skuId): StockShort => ({ code: 'stock_short', skuId })))
}
