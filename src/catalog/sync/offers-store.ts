import type { Tx } from '#platform/database.ts'
import type { Steadiness } from './availability.ts'
import type { OfferValue } from './offer-value.ts'

/** An offer as stored. `offered` is false while it is gone from the list, whatever the supplier said last. */
export type StoredOffer = OfferValue & Steadiness & { id: string; skuId: string | null; available: boolean }

/** An offer to write: what the supplier says, the SKU it fulfils (null: none), and what follows for its sale. */
export type OfferWrite = StoredOffer & { code: string }

/** Any fixed number. */
const OFFERS_LOCK = 7_315_041

const VALUE_COLUMNS = `o.family, o.name, o.display_name as "displayName", o.cost, o.route, o.cut_off_start as "cutOffStart",
  o.cut_off_end as "cutOffEnd", o.orderable, o.target_form as "targetForm"`

/**
 * Lets one transaction at a time write offers, until commit: pulls of several suppliers and the sweep touch the same
 * SKUs in different orders. Comes before the rules' lock and the rows of SKUs and prices.
 */
export async function lockOffers(tx: Tx): Promise<void> {
  await tx.count({
    name: 'catalog_lock_offers',
    text: 'select pg_advisory_xact_lock($1)',
    values: [OFFERS_LOCK],
  })
}

/** The fields that synchronisation compares, by id. */
export async function loadOfferValues(tx: Tx, ids: readonly string[]): Promise<Map<string, OfferValue>> {
  const rows = await tx.rows<OfferValue & { id: string }>({
    name: 'catalog_offer_values',
    text: `select o.id, ${VALUE_COLUMNS}, o.offered from supplier_offers o where o.id = any($1::uuid[])`,
    values: [ids],
  })
  return new Map(rows.map(({ id, ...value }) => [id, value]))
}

type StoredRow = Omit<StoredOffer, 'drops' | 'heldUntil'> & { drops: string[]; heldUntil: string | null }

/** Offers with everything that decides about their sale, by id. */
export async function loadOffers(tx: Tx, ids: readonly string[]): Promise<Map<string, StoredOffer>> {
  const rows = await tx.rows<StoredRow>({
    name: 'catalog_offers',
    text: `select o.id, o.sku_id as "skuId", ${VALUE_COLUMNS}, o.offered and o.missing_since is null as offered, o.available,
        to_json(o.drops) as drops, to_json(o.held_until) as "heldUntil"
      from supplier_offers o where o.id = any($1::uuid[])`,
    values: [ids],
  })
  return new Map(rows.map((row) => [row.id, toStoredOffer(row)]))
}

/** A page of the offers whose availability the clock may change, after the id. Uses `supplier_offers_clock`. */
export async function loadClockedOffers(tx: Tx, after: string, limit: number): Promise<StoredOffer[]> {
  const rows = await tx.rows<StoredRow>({
    name: 'catalog_clocked_offers',
    text: `select o.id, o.sku_id as "skuId", ${VALUE_COLUMNS}, o.offered and o.missing_since is null as offered, o.available,
        to_json(o.drops) as drops, to_json(o.held_until) as "heldUntil"
      from supplier_offers o
      where (o.cut_off_start is not null or o.held_until is not null) and o.id > $1 order by o.id limit $2`,
    values: [after, limit],
  })
  return rows.map(toStoredOffer)
}

/** Writes new and changed offers of a supplier. */
export async function writeOffers(
  tx: Tx,
  supplier: string,
  offers: readonly OfferWrite[],
  now: Date,
): Promise<void> {
  await tx.count({
    name: 'catalog_write_offers',
    text: `insert into supplier_offers (id, supplier, code, sku_id, family, name, display_name, cost, route, available,
        offered, orderable, target_form, cut_off_start, cut_off_end, drops, held_until, seen_at, updated_at)
      select id, $1, code, "skuId", family, name, "displayName", cost, route, available,
        offered, orderable, "targetForm", "cutOffStart", "cutOffEnd", drops, "heldUntil", $3, $3
      from jsonb_to_recordset($2::jsonb) as new (id uuid, code text, "skuId" uuid, family text, name text,
        "displayName" text, cost bigint, route text, available boolean, offered boolean, orderable boolean,
        "targetForm" text, "cutOffStart" smallint, "cutOffEnd" smallint, drops timestamptz[], "heldUntil" timestamptz)
      on conflict (id) do update set sku_id = excluded.sku_id, family = excluded.family,
        name = excluded.name, display_name = excluded.display_name, cost = excluded.cost, route = excluded.route,
        available = excluded.available, offered = excluded.offered, orderable = excluded.orderable,
        target_form = excluded.target_form, cut_off_start = excluded.cut_off_start, cut_off_end = excluded.cut_off_end, drops = excluded.drops,
        held_until = excluded.held_until, missing_since = null, seen_at = excluded.seen_at,
        updated_at = excluded.updated_at`,
    values: [supplier, JSON.stringify(offers), now],
  })
}

/**
 * Gives up rows that hold one of these codes under another id, as an older version of the shop may have left them:
 * they keep their purchases and give their code away. Returns the SKUs behind them. Uses `supplier_offers_code`.
 */
export async function supersedeOffers(
  tx: Tx,
  supplier: string,
  offers: readonly { id: string; code: string }[],
  now: Date,
): Promise<string[]> {
  const rows = await tx.rows<{ sku_id: string | null }>({
    name: 'catalog_supersede_offers',
    text: `update supplier_offers o set code = o.code || '~' || o.id, available = false, offered = false,
        missing_since = coalesce(o.missing_since, $4), updated_at = $4
      from unnest($2::text[], $3::uuid[]) as new (code, id)
      where o.supplier = $1 and o.code = new.code and o.id <> new.id returning o.sku_id`,
    values: [supplier, offers.map((offer) => offer.code), offers.map((offer) => offer.id), now],
  })
  return rows.map((row) => row.sku_id).filter((id) => id !== null)
}

/** Appends what offers cost from now on. */
export async function appendCosts(
  tx: Tx,
  costs: readonly { offerId: string; cost: number }[],
  at: { runId: string; now: Date },
): Promise<void> {
  if (costs.length === 0) return
  await tx.count({
    name: 'catalog_append_costs',
    text: `insert into offer_costs (offer_id, valid_from, cost, run_id)
      select id, $3, cost, $4 from unnest($1::uuid[], $2::bigint[]) as new (id, cost)
      on conflict (offer_id, valid_from) do update set cost = excluded.cost, run_id = excluded.run_id`,
    values: [costs.map((entry) => entry.offerId), costs.map((entry) => entry.cost), at.now, at.runId],
  })
}

/** Takes offers off sale that are gone from the list; they keep their last cost. */
export async function markOffersMissing(
  tx: Tx,
  offers: readonly Pick<StoredOffer, 'id' | 'drops'>[],
  now: Date,
): Promise<void> {
  await tx.count({
    name: 'catalog_drop_offers',
    text: `update supplier_offers set missing_since = $2, available = false, drops = gone.drops, held_until = null,
        updated_at = $2
      from jsonb_to_recordset($1::jsonb) as gone (id uuid, drops timestamptz[])
      where supplier_offers.id = gone.id and missing_since is null`,
    values: [JSON.stringify(offers.map(({ id, drops }) => ({ id, drops }))), now],
  })
}

/** Stores what the clock made of offers. */
export async function writeAvailability(
  tx: Tx,
  offers: readonly Pick<StoredOffer, 'id' | 'available' | 'heldUntil'>[],
  now: Date,
): Promise<void> {
  const rows = offers.map(({ id, available, heldUntil }) => ({ id, available, heldUntil }))
  await tx.count({
    name: 'catalog_write_availability',
    text: `update supplier_offers set available = new.available, held_until = new."heldUntil", updated_at = $2
      from jsonb_to_recordset($1::jsonb) as new (id uuid, available boolean, "heldUntil" timestamptz)
      where supplier_offers.id = new.id`,
    values: [JSON.stringify(rows), now],
  })
}

/** Whether an offer differs from whether its supplier takes orders. Reads every offer: some thousands, once a minute. */
export async function hasWrongOrderable(tx: Tx, suppliers: readonly string[]): Promise<boolean> {
  const rows = await tx.rows({
    name: 'catalog_has_wrong_orderable',
    text: 'select 1 from supplier_offers where orderable <> (supplier = any($1::text[])) limit 1',
    values: [suppliers],
  })
  return rows.length > 0
}

/**
 * Lets `orderable` of all offers follow the suppliers that take orders and returns the SKUs behind those that differed,
 * null for an offer without one. The engine's fingerprints stay: a pull that says the same has nothing to write.
 */
export async function followOrderable(
  tx: Tx,
  suppliers: readonly string[],
  now: Date,
): Promise<(string | null)[]> {
  const rows = await tx.rows<{ skuId: string | null }>({
    name: 'catalog_follow_orderable',
    text: `update supplier_offers set orderable = not orderable, updated_at = $2
      where orderable <> (supplier = any($1::text[])) returning sku_id as "skuId"`,
    values: [suppliers, now],
  })
  return rows.map((row) => row.skuId)
}

/** Whether an offer differs from whether its supplier rests. Reads every offer: some thousands, once a minute. */
export async function hasWrongRest(tx: Tx, atRest: readonly string[]): Promise<boolean> {
  const rows = await tx.rows({
    name: 'catalog_has_wrong_rest',
    text: 'select 1 from supplier_offers where rests <> (supplier = any($1::text[])) limit 1',
    values: [atRest],
  })
  return rows.length > 0
}

/** Lets `rests` of all offers follow the suppliers that are paused; the SKUs behind those that differed. */
export async function followRest(tx: Tx, atRest: readonly string[], now: Date): Promise<(string | null)[]> {
  const rows = await tx.rows<{ skuId: string | null }>({
    name: 'catalog_follow_rest',
    text: `update supplier_offers set rests = not rests, updated_at = $2
      where rests <> (supplier = any($1::text[])) returning sku_id as "skuId"`,
    values: [atRest, now],
  })
  return rows.map((row) => row.skuId)
}

/**
 * Sets each SKU's availability to whether any of its offers is available, can be ordered and does not rest. Writes only what
 * differs. Locks the SKUs in order of id. Uses `supplier_offers_sku`.
 */
export async function followOffers(tx: Tx, skuIds: readonly string[], now: Date): Promise<number> {
  return tx.count({
    name: 'catalog_follow_offers',
    text: `update skus set available = state.available, updated_at = $2
      from (select s.id, exists (select 1 from supplier_offers o
          where o.sku_id = s.id and o.available and o.orderable and not o.rests) as available
        from skus s where s.id = any($1::uuid[]) order by s.id for no key update of s) as state
      where skus.id = state.id and skus.available <> state.available`,
    values: [skuIds, now],
  })
}

function toStoredOffer(row: StoredRow): StoredOffer {
  return {
    ...row,
    drops: row.drops.map((at) => new Date(at)),
    heldUntil: row.heldUntil === null ? null : new Date(row.heldUntil),
  }
}
