import type { Statement, Tx } from '#platform/database.ts'
import type { TargetForm } from '../ports.ts'
import { SCORE_WINDOW } from './scores-store.ts'

/** An offer that a purchase may use. `family` is what its supplier is scored by for this SKU. */
export type Offer = {
  id: string
  supplier: string
  code: string
  display_name: string
  cost: number
  target_form: TargetForm
  family: string
}

/** An offer with how its supplier does lately. */
export type Candidate = Offer & {
  /** Its supplier is paused. */
  paused: boolean
  /** Its circuit is open, or somebody else's purchase tries whether the supplier is back. */
  broken: boolean
  /** Purchases of the supplier and family that ended in the window, with goods and by the supplier's fault. */
  delivered: number
  failed: number
  /** Deliveries by the time they took, in the steps of `SECOND_STEPS`. */
  seconds: readonly number[]
  /** Purchases of the supplier and family whose end is not known. */
  open: number
}

/** What the statement answers: the buckets of a supplier's record are added up afterwards. */
type CandidateRow = Omit<Candidate, 'seconds'> & { seconds: readonly (readonly number[])[] }

/**
 * Offers of a SKU from suppliers that take our orders and whose cost leaves the least margin of the price that was paid,
 * cheapest first, with how their suppliers do. The family is the product. Uses supplier_offers_sku,
 * supplier_scores_pkey, supplier_circuits_pkey and supplier_purchases_open.
 */
export function usableOffersStatement(skuId: string, unitPrice: number): Statement<CandidateRow> {
  return {
    name: 'purchase_offers',
    text: `select o.id, o.supplier, o.code, o.display_name, o.cost, o.target_form, d.slug as family,
        t.paused_by is not null as paused,
        coalesce(c.open_until is not null and (c.open_until > now() or c.probe_until > now()), false) as broken,
        coalesce(s.delivered, 0)::int as delivered, coalesce(s.failed, 0)::int as failed,
        coalesce(s.seconds, '[]') as seconds, p.open::int as open
      from skus k
      join products d on d.id = k.product_id
      left join sku_prices r on r.sku_id = k.id
      join supplier_offers o on o.sku_id = k.id
      left join supplier_states t on t.supplier = o.supplier
      left join supplier_circuits c on c.supplier = o.supplier and c.family = d.slug
      left join lateral (
        select sum(b.delivered) as delivered, sum(b.failed) as failed, json_agg(b.seconds) as seconds
        from supplier_scores b
        where b.supplier = o.supplier and b.family = d.slug and b.bucket > now() - interval '${SCORE_WINDOW}') s on true
      left join lateral (
        select count(*) as open from supplier_purchases q
        where q.supplier = o.supplier and q.family = d.slug
          and q.state in ('INTENT', 'IN_FLIGHT', 'UNKNOWN', 'ACCEPTED')) p on true
      where k.id = $1 and o.cost <= $2 - greatest(0, coalesce(r.floor - r.cost, 0))
        and o.available and o.orderable and o.missing_since is null
      order by o.cost, o.id`,
    values: [skuId, unitPrice],
  }
}

/** The offers that may be bought for a slot of this price, cheapest first. */
export async function selectUsableOffers(tx: Tx, skuId: string, unitPrice: number): Promise<Candidate[]> {
  const rows = await tx.rows(usableOffersStatement(skuId, unitPrice))
  return rows.map((row) => ({ ...row, seconds: addUp(row.seconds) }))
}

/** The buckets' counts step by step. */
function addUp(buckets: readonly (readonly number[])[]): number[] {
  const sums: number[] = []
  for (const bucket of buckets)
    for (const [step, count] of bucket.entries()) sums[step] = (sums[step] ?? 0) + count
  return sums
}
