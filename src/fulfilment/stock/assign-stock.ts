import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { sellHeldSeats } from '../shared/seat-store.ts'
import { claimUnits, countSoldUnits, releaseUnits, sellHeldUnits } from './stock-store.ts'

/** A unit claimed here is sold in the same transaction; the hold only has to be a valid one. */
const CLAIM_MINUTES = 1

/**
 * Gives a paid line its units, or its seats of shared credentials, all or nothing: the ones held for it (even if the
 * hold ran out, as long as nobody took them), or a fresh claim when some of them are gone. Sold units and their delivery
 * rows are written together. Repeating it answers `delivered` and sells nothing more. Never takes a unit that another line holds or got. After
 * `short` the line holds nothing.
 */
export async function assignStock(
  tx: Tx,
  line: { lineId: string; skuId: string; quantity: number },
  now: Date,
): Promise<'delivered' | 'short'> {
  const deliveryIds = Array.from({ length: line.quantity }, newId)
  if ((await sellHeld(tx, line, deliveryIds, now)) === line.quantity) return 'delivered'
  const sold = await countSoldUnits(tx, line.lineId)
  if (sold === line.quantity) return 'delivered'
  if (sold > 0) throw new Error(`line ${line.lineId} got ${sold} of ${line.quantity} units`)
  // Its own expired units look free to the claim, so they are given back first; this transaction keeps them locked.
  await releaseUnits(tx, [line.lineId])
  const short = await claimUnits(tx, [line], CLAIM_MINUTES)
  if (short.length > 0) return 'short'
  const delivered = await sellHeld(tx, line, deliveryIds, now)
  if (delivered !== line.quantity)
    throw new Error(`line ${line.lineId} got ${delivered} of ${line.quantity} units`)
  return 'delivered'
}

/** A line holds units or seats, never both: its SKU says which; both are asked in one round trip. */
async function sellHeld(
  tx: Tx,
  line: { lineId: string; skuId: string },
  deliveryIds: readonly string[],
  now: Date,
): Promise<number> {
  const [units, seats] = await Promise.all([
    sellHeldUnits(tx, line, deliveryIds, now),
    sellHeldSeats(tx, line, deliveryIds, now),
  ])
  return units + seats
}
