import { explainPrice, listPriceChanges, previewChange, revertPriceChange } from '#pricing'
import { err } from '#shared/result.ts'
import type { App } from '../app.ts'
import type { Shop } from './shop.ts'

/** What operators may ask of prices. */
export function pricesApp(shop: Shop): App['prices'] {
  return {
    listChanges: (query) => listPriceChanges(shop.db, query),
    preview: (request, limit) => previewChange(shop.db, request, limit),
    async revert(changeId) {
      const reverted = await revertPriceChange(shop, changeId)
      if (reverted.ok) return reverted
      const { error } = reverted
      return err(error.code === 'below_floor' ? error : { code: 'not_found' })
    },
    explain: (sku) => explainPrice(shop.db, sku),
  }
}
