import type { SealPlace } from '#platform/sealing.ts'

/** Where the secret of a stock unit lives. */
export function unitSealPlace(unitId: string): SealPlace {
  return { table: 'stock_units', column: 'sealed', id: unitId }
}

/** Where the text that a supplier delivered lives. */
export function deliverySealPlace(deliveryId: string): SealPlace {
  return { table: 'deliveries', column: 'sealed', id: deliveryId }
}
