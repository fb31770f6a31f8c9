import type { Database } from '#platform/database.ts'

/** An offer as it is exported. Holds costs: for operators. */
export type OfferExport = {
  supplier: string
  code: string
  sku: string | null
  family: string
  name: string
  cost: number
  route: string
  available: boolean
  offered: boolean
  orderable: boolean
  cut_off_start: number | null
  cut_off_end: number | null
  missing_since: string | null
  updated_at: string
}

/** Offers after the supplier's code, in order of both. Uses `supplier_offers_code`. */
export function selectOfferExport(
  db: Database,
  after: { supplier: string; code: string },
  limit: number,
): Promise<OfferExport[]> {
  return db.once<OfferExport>(
    'catalog.export-offers',
    { role: 'worker' },
    {
      text: `select o.supplier, o.code, s.code as sku, o.family, o.name, o.cost, o.route, o.available, o.offered, o.orderable,
          o.cut_off_start, o.cut_off_end, to_json(o.missing_since) as missing_since, to_json(o.updated_at) as updated_at
        from supplier_offers o left join skus s on s.id = o.sku_id
        where (o.supplier, o.code) > ($1, $2) order by o.supplier, o.code limit $3`,
      values: [after.supplier, after.code, limit],
    },
  )
}
