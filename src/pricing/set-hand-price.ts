import { CATALOG_TAG } from '#catalog'
import { bumpTags } from '#platform/cache-tags.ts'
import type { Tx } from '#platform/database.ts'
import { MAX_RUPIAH } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { newId } from '#platform/ids.ts'
import { recordChanges } from './price-changes-store.ts'
import { findSkuId, loadPriceInputs, lockSkus } from './price-inputs-view-store.ts'
import { lockRulesForReading, writeFirstPrices, writePrices } from './prices-store.ts'
import { changeOf, newPrice, repriceSkus } from './reprice-skus.ts'
import type { PricingDeps } from './set-price-rule.ts'

export type HandPriceRefusal =
  | { code: 'sku_unknown' }
  | { code: 'price_invalid' }
  /** The amount would sell below the margin floor, `floor` rupiah. */
  | { code: 'below_floor'; floor: number }
  /** Nothing to calculate a price from: no supplier offers the SKU. */
  | { code: 'no_cost' }

/**
 * Sets the price of a SKU by hand, or gives it back to its rule with `null`. A hand-set price is never
 * overwritten by rules or synchronisation.
 */
export async function setHandPrice(
  deps: PricingDeps,
  skuCode: string,
  retail: number | null,
): Promise<Result<{ retail: number }, HandPriceRefusal>> {
  if (retail !== null && !isPrice(retail)) return err({ code: 'price_invalid' })
  const now = deps.clock.now()
  return deps.db.transaction('pricing.set-hand-price', { role: 'worker' }, async (tx) => {
    const skuId = await findSkuId(tx, skuCode)
    if (skuId === undefined) return err({ code: 'sku_unknown' })
    return putHandPrice(tx, { skuId, retail, cause: 'hand', now })
  })
}

/** The same by the SKU's id within the caller's transaction; what changes is kept under its cause. */
export async function putHandPrice(
  tx: Tx,
  wish: { skuId: string; retail: number | null; cause: 'hand' | 'revert'; now: Date },
): Promise<Result<{ retail: number }, Exclude<HandPriceRefusal, { code: 'price_invalid' }>>> {
  const { skuId, retail, cause, now } = wish
  await lockRulesForReading(tx)
  await lockSkus(tx, [skuId])
  const [input] = await loadPriceInputs(tx, [skuId])
  if (input === undefined) return err({ code: 'sku_unknown' })
  const calculated = newPrice({ ...input, handSet: false })
  if (retail === null && calculated === undefined) return err({ code: 'no_cost' })
  const floor = calculated?.floor ?? 0
  const chosen = retail ?? calculated?.retail ?? 0
  if (chosen < floor) return err({ code: 'below_floor', floor })
  const stored = {
    skuId,
    retail: chosen,
    cost: input.cost,
    floor,
    ruleId: calculated?.ruleId ?? null,
    handSet: retail !== null,
    trace: calculated?.trace ?? [],
  }
  await writePrices(tx, [stored], now)
  await recordChanges(tx, { cause, changeSet: newId(), runId: null }, changeOf(input, stored), now)
  await bumpTags(tx, [CATALOG_TAG])
  return ok({ retail: chosen })
}

/**
 * Gives SKUs their first price, set by hand; those that have a price keep it. For seeding a shop's own stock, in
 * the caller's transaction. Returns how many were new.
 */
export async function setFirstPrices(
  tx: Tx,
  prices: readonly { skuId: string; retail: number }[],
  now: Date,
): Promise<number> {
  if (prices.length === 0) return 0
  const created = await writeFirstPrices(tx, prices, now)
  await repriceSkus(
    tx,
    prices.map((price) => price.skuId),
    now,
    { cause: 'hand' },
  )
  if (created > 0) await bumpTags(tx, [CATALOG_TAG])
  return created
}

function isPrice(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount > 0 && amount <= MAX_RUPIAH
}
