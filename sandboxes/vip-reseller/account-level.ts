import type { TierPrices } from './catalogue.ts'
import type { Vip } from './vip-state.ts'

/** Returns what this account pays, by its level. @see suppliers.md 1.6 */
export function tierPrice({ settings }: Vip, price: TierPrices): number {
  switch (settings.level) {
    case 'Special':
      return price.special
    case 'Premium':
      return price.premium
    case 'Basic':
      return price.basic
  }
}
