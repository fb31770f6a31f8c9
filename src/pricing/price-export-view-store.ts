import type { Database } from '#platform/database.ts'

/** A price as it is exported. Holds the cost: for operators. */
export type PriceExport = {
  sku: string
  product: string
  name: string
  retail: number
  cost: number | null
  floor: number
  sellable: boolean
  hand_set: boolean
  /** As in an explanation: `default` when the shop has set none, null when nothing was calculated. */
  rule: string | null
  priced_at: string
}

/** Prices after the SKU code, in its order. Uses `skus_code`. */
export function selectPriceExport(db: Database, after: string, limit: number): Promise<PriceExport[]> {
  return db.once<PriceExport>(
    'pricing.export-prices',
    { role: 'worker' },
    {
      text: `select s.code as sku, p.slug as product, s.name, r.retail, r.cost, r.floor, r.sellable, r.hand_set,
          coalesce(q.scope, case when r.cost is not null then 'default' end) as rule, to_json(r.priced_at) as priced_at
        from skus s join products p on p.id = s.product_id join sku_prices r on r.sku_id = s.id
          left join price_rules q on q.id = r.rule_id
        where s.code > $1 order by s.code limit $2`,
      values: [after, limit],
    },
  )
}
