import type { Tx } from '#platform/database.ts'
import type { CheckedOffer } from './check-offers.ts'

/** A known offer that a pull would change. */
export type ChangedOffer = {
  code: string
  isNew: boolean
  skuId: string | null
  family: string | null
  name: string | null
}
/** An offer to write: what the supplier says, and the SKU it fulfils (null: none). */
export type OfferWrite = CheckedOffer & { id: string; skuId: string | null }

/** Offers of a supplier that the last complete run still saw. */
export async function countKnownOffers(tx: Tx, supplier: string): Promise<number> {
  const row = await tx.one<{ known: number }>({
    text: 'select count(*)::int as known from supplier_offers where supplier = $1 and missing_since is null',
    values: [supplier],
  })
  return row.known
}

/**
 * Compares a batch with what is stored and returns the new and the changed codes; equal ones are left out and
 * cost nothing further. An offer that had gone missing counts as changed. Uses `supplier_offers_code`.
 */
export function classifyOffers(
  tx: Tx,
  supplier: string,
  offers: readonly CheckedOffer[],
): Promise<ChangedOffer[]> {
  return tx.rows<ChangedOffer>({
    name: 'catalog_classify_offers',
    text: `select pulled.code, o.id is null as "isNew", o.sku_id as "skuId", o.family, o.name
      from unnest($2::text[], $3::bytea[]) as pulled (code, hash)
      left join supplier_offers o on o.supplier = $1 and o.code = pulled.code
      where o.id is null or o.content_hash <> pulled.hash or o.missing_since is not null`,
    values: [supplier, offers.map((offer) => offer.code), offers.map((offer) => offer.hash)],
  })
}

/** Writes new and changed offers. */
export async function writeOffers(
  tx: Tx,
  supplier: string,
  offers: readonly OfferWrite[],
  now: Date,
): Promise<void> {
  const rows = offers.map((offer) => ({ ...offer, hash: offer.hash.toString('hex') }))
  await tx.count({
    name: 'catalog_write_offers',
    text: `insert into supplier_offers
        (id, supplier, code, sku_id, family, name, display_name, cost, route, available, content_hash, seen_at, updated_at)
      select id, $1, code, "skuId", family, name, "displayName", cost, route, available, decode(hash, 'hex'), $3, $3
      from jsonb_to_recordset($2::jsonb) as new (id uuid, code text, "skuId" uuid, family text, name text,
        "displayName" text, cost bigint, route text, available boolean, hash text)
      on conflict (supplier, code) do update set sku_id = excluded.sku_id, family = excluded.family,
        name = excluded.name, display_name = excluded.display_name, cost = excluded.cost, route = excluded.route,
        available = excluded.available, content_hash = excluded.content_hash, missing_since = null,
        seen_at = excluded.seen_at, updated_at = excluded.updated_at`,
    values: [supplier, JSON.stringify(rows), now],
  })
}

/** Codes of known offers that a complete pull did not name. */
export async function listMissingOffers(
  tx: Tx,
  supplier: string,
  present: readonly string[],
): Promise<string[]> {
  const rows = await tx.rows<{ code: string }>({
    text: `select o.code from supplier_offers o
      where o.supplier = $1 and o.missing_since is null
        and not exists (select 1 from unnest($2::text[]) as pulled (code) where pulled.code = o.code)`,
    values: [supplier, present],
  })
  return rows.map((row) => row.code)
}

/** Takes offers off sale that are gone; returns the SKUs behind them. They keep their last cost. */
export async function markOffersMissing(
  tx: Tx,
  supplier: string,
  codes: readonly string[],
  now: Date,
): Promise<string[]> {
  const rows = await tx.rows<{ sku_id: string | null }>({
    text: `update supplier_offers set missing_since = $3, available = false, updated_at = $3
      where supplier = $1 and code = any($2::text[]) and missing_since is null returning sku_id`,
    values: [supplier, codes, now],
  })
  return rows.map((row) => row.sku_id).filter((id) => id !== null)
}

/** Sets each SKU's availability to whether any of its offers is available. Writes only what differs. */
export async function followOffers(tx: Tx, skuIds: readonly string[], now: Date): Promise<number> {
  return tx.count({
    name: 'catalog_follow_offers',
    text: `update skus set available = state.available, updated_at = $2
      from (select s.id, exists (select 1 from supplier_offers o where o.sku_id = s.id and o.available) as available
        from skus s where s.id = any($1::uuid[]) order by s.id for no key update of s) as state
      where skus.id = state.id and skus.available <> state.available`,
    values: [skuIds, now],
  })
}
