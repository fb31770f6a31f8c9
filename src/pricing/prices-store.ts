import type { Tx } from '#platform/database.ts'
import type { PriceRule, PriceStep } from './price.ts'

export type RuleScope = 'shop' | 'category' | 'product' | 'sku'

/** A price as stored. `cost` is null for what the shop stocks itself. */
export type StoredPrice = {
  skuId: string
  retail: number
  cost: number | null
  floor: number
  ruleId: string | null
  handSet: boolean
  trace: PriceStep[]
}

/** Any fixed number: keeps a change of rules and a recalculation from missing one another. */
const RULES_LOCK = 7_315_031

/** Waits until no change of rules is under way, and holds new ones off until commit. */
export async function lockRulesForReading(tx: Tx): Promise<void> {
  await tx.count({
    name: 'pricing_rules_read',
    text: 'select pg_advisory_xact_lock_shared($1)',
    values: [RULES_LOCK],
  })
}

/** Waits until no recalculation is under way, and holds new ones off until commit. */
export async function lockRulesForWriting(tx: Tx): Promise<void> {
  await tx.count({ text: 'select pg_advisory_xact_lock($1)', values: [RULES_LOCK] })
}

/** Stores the one rule of a scope, or replaces it. */
export async function writeRule(
  tx: Tx,
  rule: PriceRule & { id: string; scope: RuleScope; scopeId: string | null; now: Date },
): Promise<void> {
  await tx.count({
    text: `insert into price_rules (id, scope, scope_id, margin_bps, margin_fixed, round_to, margin_floor, updated_at)
      values ($1, $2, $3, $4, $5, $6, $7, $8)
      on conflict (scope, scope_id) do update set margin_bps = excluded.margin_bps,
        margin_fixed = excluded.margin_fixed, round_to = excluded.round_to, margin_floor = excluded.margin_floor,
        updated_at = excluded.updated_at`,
    values: [
      rule.id,
      rule.scope,
      rule.scopeId,
      rule.marginBps,
      rule.marginFixed,
      rule.roundTo,
      rule.marginFloor,
      rule.now,
    ],
  })
}

/**
 * Writes the prices that differ from what is stored and returns how many did. A price that was set by hand keeps
 * its retail amount and only learns its new cost and floor.
 */
export async function writePrices(tx: Tx, prices: readonly StoredPrice[], now: Date): Promise<number> {
  if (prices.length === 0) return 0
  return tx.count({
    name: 'pricing_write_prices',
    text: `insert into sku_prices (sku_id, retail, cost, floor, rule_id, hand_set, trace, priced_at)
      select "skuId", retail, cost, floor, "ruleId", "handSet", trace, $2 from jsonb_to_recordset($1::jsonb)
        as new ("skuId" uuid, retail bigint, cost bigint, floor bigint, "ruleId" uuid, "handSet" boolean, trace jsonb)
      on conflict (sku_id) do update set retail = excluded.retail, cost = excluded.cost, floor = excluded.floor,
        rule_id = excluded.rule_id, hand_set = excluded.hand_set, trace = excluded.trace, priced_at = excluded.priced_at
      where (sku_prices.retail, sku_prices.cost, sku_prices.floor, sku_prices.rule_id, sku_prices.hand_set, sku_prices.trace)
        is distinct from (excluded.retail, excluded.cost, excluded.floor, excluded.rule_id, excluded.hand_set, excluded.trace)`,
    values: [JSON.stringify(prices), now],
  })
}

/** Gives SKUs a hand-set price; where a price exists already it stays. Returns how many were new. */
export async function writeFirstPrices(
  tx: Tx,
  prices: readonly { skuId: string; retail: number }[],
  now: Date,
): Promise<number> {
  return tx.count({
    text: `insert into sku_prices (sku_id, retail, floor, hand_set, priced_at)
      select "skuId", retail, 0, true, $2 from jsonb_to_recordset($1::jsonb) as new ("skuId" uuid, retail bigint)
      on conflict (sku_id) do nothing`,
    values: [JSON.stringify(prices), now],
  })
}
