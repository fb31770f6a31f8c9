import { err, ok } from '#shared/result.ts'
import type { App } from '../../../src/app.ts'
import type { PriceChange, PreviewedPrice } from '../../../src/pricing/price-view.ts'
import { RUN } from './sync-port.ts'

export const CHANGE: PriceChange = {
  id: RUN.runId,
  changeSet: RUN.runId,
  cause: 'run',
  runId: RUN.runId,
  sku: 'ML-86',
  oldCost: 20_000,
  newCost: 30_000,
  oldRetail: 21_500,
  newRetail: 32_100,
  at: '2026-11-21T00:00:00.000Z',
}

export const PREVIEWED: PreviewedPrice = {
  sku: 'ML-86',
  oldCost: 20_000,
  newCost: 30_000,
  oldRetail: 21_500,
  newRetail: 32_100,
  handSet: false,
  sellable: true,
}

/** Prices with fixed answers: one change of one SKU. */
export function pricesPort(): App['prices'] {
  return {
    listChanges: async () => ({ changes: [CHANGE], nextCursor: null }),
    preview: async () => ok({ total: 1, raised: 1, lowered: 0, unsellable: 0, prices: [PREVIEWED] }),
    revert: async (id) =>
      id === CHANGE.id ? ok({ sku: CHANGE.sku, retail: CHANGE.oldRetail }) : err({ code: 'not_found' }),
    explain: async (sku) =>
      sku === CHANGE.sku
        ? {
            sku,
            retail: 32_100,
            cost: 30_000,
            floor: 30_200,
            sellable: true,
            handSet: false,
            rule: 'default',
            trace: [
              { step: 'cost', amount: 30_000, note: 'supplier cost' },
              { step: 'round', amount: 32_100, note: 'up to a multiple of 100' },
            ],
            pricedAt: '2026-11-21T00:00:00.000Z',
          }
        : undefined,
  }
}
