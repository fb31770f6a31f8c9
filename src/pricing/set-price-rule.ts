import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { PriceRule } from './price.ts'
import { listSkuIds } from './price-inputs-view-store.ts'
import { lockRulesForWriting, writeRule, type RuleScope } from './prices-store.ts'
import { repriceSkus } from './reprice-skus.ts'

export type PricingDeps = { db: Database; clock: Clock }

/** Ten times the cost: more is a slip of the decimal point. */
const MAX_MARGIN_BPS = 100_000
const MAX_STEP = 100_000
/** Far above any margin on a digital good. */
const MAX_MARGIN_AMOUNT = 100_000_000

/** Which SKUs a rule is for: the whole shop, or one category, product or SKU by its id. */
export type RuleTarget = { scope: 'shop' } | { scope: 'category' | 'product' | 'sku'; id: string }

/**
 * Sets the margin rule of a scope and recalculates every price under it, all or nothing. Returns the number of
 * prices that changed.
 */
export async function setPriceRule(
  deps: PricingDeps,
  target: RuleTarget,
  rule: PriceRule,
): Promise<Result<{ changed: number }, { code: 'rule_invalid' }>> {
  if (!isValidRule(rule)) return err({ code: 'rule_invalid' })
  const now = deps.clock.now()
  const scope: RuleScope = target.scope
  const scopeId = target.scope === 'shop' ? null : target.id
  return deps.db.transaction('pricing.set-rule', { role: 'worker' }, async (tx) => {
    await lockRulesForWriting(tx)
    await writeRule(tx, { ...rule, id: newId(), scope, scopeId, now })
    const skuIds = await listSkuIds(tx, scope, scopeId)
    return ok({ changed: await repriceSkus(tx, skuIds, now, { cause: 'rule' }) })
  })
}

/** Whether the rule is within what a shop may mean. */
export function isValidRule(rule: PriceRule): boolean {
  const amounts = [rule.marginBps, rule.marginFixed, rule.roundTo, rule.marginFloor]
  return (
    amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0) &&
    rule.marginBps <= MAX_MARGIN_BPS &&
    rule.roundTo >= 1 &&
    rule.roundTo <= MAX_STEP &&
    Math.max(rule.marginFixed, rule.marginFloor) <= MAX_MARGIN_AMOUNT
  )
}
