import { CATALOG_TAG } from '#catalog'
import { bumpTags } from '#platform/cache-tags.ts'
import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { recordChanges, type ChangeOrigin } from './price-changes-store.ts'
import { DEFAULT_SHOP_RULE, priceFromCost } from './price.ts'
import { loadPriceInputs, lockSkus, type PriceInput } from './price-inputs-view-store.ts'
import { lockRulesForReading, writePrices, type StoredPrice } from './prices-store.ts'

/** SKUs handled by one pair of statements: a few hundred kilobytes of parameters. */
const BATCH = 1_000

/** Why prices are recalculated. Everything that one run changes is one change-set. */
export type RepriceOrigin = { cause: 'run'; runId: string } | { cause: 'clock' | 'rule' | 'hand' }

/**
 * Recalculates the prices of SKUs from their cheapest offer and narrowest rule, in the caller's transaction;
 * returns how many changed. Doing it again changes nothing. Prices set by hand keep their amount: when the cost
 * outgrows one, the SKU stops being sellable until somebody decides. SKUs no supplier offers are left alone.
 * Changed retail prices are kept as a change-set. Locks the SKUs' rows.
 */
export async function repriceSkus(
  tx: Tx,
  skuIds: readonly string[],
  now: Date,
  origin: RepriceOrigin,
): Promise<number> {
  if (skuIds.length === 0) return 0
  const sorted = [...new Set(skuIds)].sort()
  const set: ChangeOrigin =
    origin.cause === 'run'
      ? { cause: 'run', changeSet: origin.runId, runId: origin.runId }
      : { cause: origin.cause, changeSet: newId(), runId: null }
  const locking = lockRulesForReading(tx)
  let changed = 0
  for (let start = 0; start < sorted.length; start += BATCH) {
    const batch = sorted.slice(start, start + BATCH)
    const [, , inputs] = await Promise.all([locking, lockSkus(tx, batch), loadPriceInputs(tx, batch)])
    const priced = inputs.flatMap((input) => {
      const price = newPrice(input)
      return price === undefined ? [] : [{ input, price }]
    })
    changed += await writePrices(
      tx,
      priced.map(({ price }) => price),
      now,
    )
    await recordChanges(
      tx,
      set,
      priced.flatMap(({ input, price }) => changeOf(input, price)),
      now,
    )
  }
  if (changed > 0) await bumpTags(tx, [CATALOG_TAG])
  return changed
}

/** The price that follows from the inputs; undefined when there is no cost to follow from. */
export function newPrice(input: PriceInput): StoredPrice | undefined {
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

/** The change of retail price to keep, if there is one. A first price is no change. */
export function changeOf(
  input: PriceInput,
  price: Pick<StoredPrice, 'skuId' | 'retail' | 'cost' | 'ruleId'>,
) {
  if (input.retail === null || input.retail === price.retail) return []
  return [
    {
      skuId: price.skuId,
      oldCost: input.pricedCost,
      newCost: price.cost,
      oldRetail: input.retail,
      newRetail: price.retail,
      ruleId: price.ruleId,
    },
  ]
}
