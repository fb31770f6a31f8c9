import type { Database } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { PriceRule } from './price.ts'
import { findSkuIds, listSkuIds, loadPriceInputs, type PriceInput } from './price-inputs-view-store.ts'
import type { PreviewedPrice } from './price-view.ts'
import { changeOf, newPrice } from './reprice-skus.ts'
import { isValidRule, type RuleTarget } from './set-price-rule.ts'
import type { RuleScope } from './prices-store.ts'

/** What might change: the margin rule of a scope, or what SKUs cost, by code. */
export type WhatIf =
  | { kind: 'rule'; target: RuleTarget; rule: PriceRule }
  | { kind: 'costs'; costs: ReadonlyMap<string, number> }

/** SKUs of one reading. */
const BATCH = 1_000
/** The wider the scope, the higher: a rule gives way to a narrower one. */
const WIDTH: Record<RuleScope, number> = { sku: 1, product: 2, category: 3, shop: 4 }

/**
 * What a change of rule or costs would do to prices, by the same function that sets them; nothing is written. Only
 * SKUs whose price or saleability would differ are returned, by code. For operators only: it holds costs.
 */
export async function previewRepricing(
  db: Database,
  whatIf: WhatIf,
): Promise<Result<PreviewedPrice[], { code: 'rule_invalid' | 'cost_invalid' }>> {
  if (whatIf.kind === 'rule' && !isValidRule(whatIf.rule)) return err({ code: 'rule_invalid' })
  if (whatIf.kind === 'costs' && ![...whatIf.costs.values()].every(isCost))
    return err({ code: 'cost_invalid' })
  return db.transaction('pricing.preview', { role: 'worker' }, async (tx) => {
    const costs = whatIf.kind === 'costs' ? await findSkuIds(tx, whatIf.costs) : new Map<string, number>()
    const skuIds = (whatIf.kind === 'rule' ? await listRuled(whatIf.target) : [...costs.keys()]).sort()
    const previewed: PreviewedPrice[] = []
    for (let start = 0; start < skuIds.length; start += BATCH) {
      const inputs = await loadPriceInputs(tx, skuIds.slice(start, start + BATCH))
      const imagined = inputs.map((input) => ({
        ...imagine(input, whatIf),
        cost: costs.get(input.skuId) ?? input.cost,
      }))
      previewed.push(...imagined.flatMap(preview))
    }
    return ok(previewed.sort((one, other) => (one.sku < other.sku ? -1 : 1)))

    function listRuled(target: RuleTarget): Promise<string[]> {
      return listSkuIds(tx, target.scope, target.scope === 'shop' ? null : target.id)
    }
  })
}

/** The input with the rule that would apply. */
function imagine(input: PriceInput, whatIf: WhatIf): PriceInput {
  if (whatIf.kind === 'costs') return input
  const { scope } = whatIf.target
  const isNarrower = input.rule !== null && WIDTH[input.rule.scope] < WIDTH[scope]
  return isNarrower ? input : { ...input, rule: { ...whatIf.rule, id: '', scope } }
}

function preview(input: PriceInput): PreviewedPrice[] {
  const price = newPrice(input)
  if (price === undefined) return []
  const sellable = price.retail >= price.floor
  if (input.retail !== null && changeOf(input, price).length === 0 && sellable === input.sellable) return []
  return [
    {
      sku: input.sku,
      oldCost: input.pricedCost,
      newCost: price.cost ?? 0,
      oldRetail: input.retail,
      newRetail: price.retail,
      handSet: input.handSet,
      sellable,
    },
  ]
}

function isCost(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount > 0
}
