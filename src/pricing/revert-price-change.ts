import type { Result } from '#shared/result.ts'
import { err } from '#shared/result.ts'
import { isUuid } from '#platform/ids.ts'
import { findChange } from './price-changes-store.ts'
import { putHandPrice, type HandPriceRefusal } from './set-hand-price.ts'
import type { PricingDeps } from './set-price-rule.ts'

export type RevertRefusal = { code: 'change_unknown' } | Exclude<HandPriceRefusal, { code: 'price_invalid' }>

/**
 * Puts back the retail price from before a change, as a price set by hand, so that the next run does not overwrite it;
 * refused when it would sell below today's floor. Doing it again changes nothing. The way back to the rule is
 * `setHandPrice(sku, null)`.
 */
export async function revertPriceChange(
  deps: PricingDeps,
  changeId: string,
): Promise<Result<{ sku: string; retail: number }, RevertRefusal>> {
  if (!isUuid(changeId)) return err({ code: 'change_unknown' })
  const now = deps.clock.now()
  return deps.db.transaction('pricing.revert-change', { role: 'worker' }, async (tx) => {
    const change = await findChange(tx, changeId)
    if (change === undefined) return err({ code: 'change_unknown' as const })
    const put = await putHandPrice(tx, {
      skuId: change.skuId,
      retail: change.oldRetail,
      cause: 'revert',
      now,
    })
    return put.ok ? { ok: true, value: { sku: change.sku, retail: put.value.retail } } : put
  })
}
