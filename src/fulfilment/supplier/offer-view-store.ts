import type { Tx } from '#platform/database.ts'

/** An offer that a purchase may use. */
export type Offer = { id: string; supplier: string; code: string; display_name: string; cost: number }

/**
 * Offers of a SKU that can be bought without a loss from a supplier that takes our orders, cheapest first. Uses
 * supplier_offers_sku.
 */
export async function selectUsableOffers(tx: Tx, skuId: string, maxCost: number): Promise<Offer[]> {
  return await tx.rows<Offer>({
    name: 'purchase_offers',
    text: `select id, supplier, code, display_name, cost from supplier_offers
      where sku_id = $1 and cost <= $2 and available and orderable and missing_since is null
      order by cost, id`,
    values: [skuId, maxCost],
  })
}
