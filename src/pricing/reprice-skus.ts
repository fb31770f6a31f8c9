import { CATALOG_TAG } from '#catalog'
import { bumpTags } from '#platform/cache-tags.ts'
import type { Tx } from '#platform/database.ts'
import { DEFAULT_SHOP_RULE, priceFromCost } from './price.ts'
import { loadPriceInputs, lockSkus, type PriceInput } from './price-inputs-view-store.ts'
import { lockRulesForReading, writePrices, type StoredPrice } from './prices-store.ts'

/** SKUs handled by one pair of statements: a few hundred kilobytes of parameters. */
const BATCH = 1_000

/**
 * Recalculates the prices of SKUs from their cheapest offer and narrowest rule, in the caller's transaction;
 * returns how many changed. Doing it again changes nothing. Prices set by hand keep their amount: when the cost
 * outgrows one, the SKU stops being sellable until somebody decides. SKUs no supplier offers are left alone.
 * Locks the SKUs' rows.
 */
export async function repriceSkus(tx: Tx, skuIds: readonly string[], now: Date): Promise<number> {
  if (skuIds.length === 0) return 0
  const sorted = [...new Set(skuIds)].sort()
  const locking = lockRulesForReading(tx)
  let changed = 0
  for (let start = 0; start < sorted.length; start += BATCH) {
    const batch = sorted.slice(start, start + BATCH)
    const [, , inputs] = await Promise.all([locking, lockSkus(tx, batch), loadPriceInputs(tx, batch)])
    const prices = inputs.map(newPrice).filter((price) => price !== undefined)
    changed += await writePrices(tx, prices, now)
  }
  if (changed > 0) await bumpTags(tx, [CATALOG_TAG])
  return changed
}

function newPrice(input: PriceInput): StoredPrice | undefined {
  if (input.cost === null) return undefined
  const price = priceFromCost(input.cost, input.rule ?? DEFAULT_SHOP_RULE)
  return {
    skuId: input.skuId,
    retail: input.handSet ? (input.retail ?? price.retail) : price.retail,
    cost: input.cost,
    floor: price.floor,
    ruleId: input.rule?.id ?? null,
    handSet: input.handSet,
    trace: price.trace,
  }
}
