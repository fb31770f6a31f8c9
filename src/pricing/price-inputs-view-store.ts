import type { Database, Tx } from '#platform/database.ts'
import type { PriceRule, PriceStep } from './price.ts'
import type { RuleScope } from './prices-store.ts'

/** What the price of a SKU follows from. `cost` is null when no supplier that takes our orders ever offered it. */
export type PriceInput = {
  skuId: string
  sku: string
  cost: number | null
  rule: (PriceRule & { id: string; scope: RuleScope }) | null
  /** The stored price, if there is one. */
  retail: number | null
  handSet: boolean
  /** The cost behind the stored price, and whether that price keeps its floor. */
  pricedCost: number | null
  sellable: boolean
}

/** The price of a SKU as an operator sees it. Holds costs: never for buyers. */
export type PriceRecord = {
  skuId: string
  retail: number | null
  cost: number | null
  floor: number | null
  sellable: boolean | null
  handSet: boolean | null
  trace: PriceStep[] | null
  scope: RuleScope | null
  pricedAt: string | null
}

const RULE_JSON = `json_build_object('id', q.id, 'scope', q.scope, 'marginBps', q.margin_bps,
  'marginFixed', q.margin_fixed, 'roundTo', q.round_to, 'marginFloor', q.margin_floor)`

/** The narrowest rule that applies: sku before product before category before shop. Uses `price_rules_scope`. */
const RULE = `left join lateral (
    select ${RULE_JSON} as rule
    from (values ('sku', s.id, 1), ('product', p.id, 2), ('category', p.category_id, 3)) as level (scope, id, rank)
    join price_rules q on q.scope = level.scope and q.scope_id = level.id
    order by level.rank limit 1
  ) as narrow on true
  left join lateral (select ${RULE_JSON} as rule from price_rules q where q.scope = 'shop') as shop on true`

/** Locks the SKUs in a fixed order until commit, so that their prices are recalculated one after the other. */
export async function lockSkus(tx: Tx, skuIds: readonly string[]): Promise<void> {
  await tx.count({
    name: 'pricing_lock_skus',
    text: 'select id from skus where id = any($1::uuid[]) order by id for no key update',
    values: [skuIds],
  })
}

/**
 * The inputs of these SKUs. The cost is that of the cheapest available offer, else of the cheapest known one, so
 * that a SKU that is out keeps a price; offers that cannot be ordered do not count. Uses `supplier_offers_sku`.
 */
export function loadPriceInputs(tx: Tx, skuIds: readonly string[]): Promise<PriceInput[]> {
  return tx.rows<PriceInput>({
    name: 'pricing_inputs',
    text: `select s.id as "skuId", s.code as sku, offer.cost, coalesce(narrow.rule, shop.rule) as rule, r.retail, coalesce(r.hand_set, false) as "handSet",
        r.cost as "pricedCost", coalesce(r.sellable, false) as sellable
      from skus s
      join products p on p.id = s.product_id
      left join sku_prices r on r.sku_id = s.id
      left join lateral (
        select o.cost from supplier_offers o where o.sku_id = s.id and o.orderable
        order by (o.available and not o.rests) desc, o.cost limit 1
      ) as offer on true
      ${RULE}
      where s.id = any($1::uuid[])`,
    values: [skuIds],
  })
}

/** The SKU's id, or undefined for an unknown code. */
export async function findSkuId(tx: Tx, code: string): Promise<string | undefined> {
  const row = await tx.maybe<{ id: string }>({ text: 'select id from skus where code = $1', values: [code] })
  return row?.id
}

/** Amounts by SKU id instead of by code; unknown codes are left out. Uses `skus_code`. */
export async function findSkuIds(tx: Tx, amounts: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const rows = await tx.rows<{ id: string; code: string }>({
    text: 'select id, code from skus where code = any($1::text[])',
    values: [[...amounts.keys()]],
  })
  return new Map(rows.map((row) => [row.id, amounts.get(row.code) ?? 0]))
}

/** The codes that no SKU has. Uses `skus_code`. */
export async function listUnknownCodes(db: Database, codes: readonly string[]): Promise<string[]> {
  const rows = await db.once<{ code: string }>(
    'pricing.unknown-codes',
    { role: 'worker' },
    {
      text: `select given.code from unnest($1::text[]) as given (code)
        where not exists (select from skus s where s.code = given.code)`,
      values: [codes.map(withoutNul)],
    },
  )
  return rows.map((row) => row.code)
}

/** The id of a category or product by its slug, or of a SKU by its code; undefined for an unknown name. */
export async function findScopeId(
  db: Database,
  scope: Exclude<RuleScope, 'shop'>,
  name: string,
): Promise<string | undefined> {
  const [row] = await db.once<{ id: string }>(
    'pricing.find-target',
    { role: 'worker' },
    {
      text: `select id from categories where $1 = 'category' and slug = $2
        union all select id from products where $1 = 'product' and slug = $2
        union all select id from skus where $1 = 'sku' and code = $2`,
      values: [scope, withoutNul(name)],
    },
  )
  return row?.id
}

/** Ids of all SKUs a rule of this scope can touch. */
export async function listSkuIds(tx: Tx, scope: RuleScope, scopeId: string | null): Promise<string[]> {
  const rows = await tx.rows<{ id: string }>({
    text: `select s.id from skus s join products p on p.id = s.product_id
      where $1 = 'shop' or ($1 = 'category' and p.category_id = $2::uuid)
        or ($1 = 'product' and p.id = $2::uuid) or ($1 = 'sku' and s.id = $2::uuid)`,
    values: [scope, scopeId],
  })
  return rows.map((row) => row.id)
}

/** What is stored about the price of a SKU code, or nothing for an unknown code. */
export async function findPriceRecord(tx: Tx, code: string): Promise<PriceRecord | undefined> {
  return tx.maybe<PriceRecord>({
    text: `select s.id as "skuId", r.retail, r.cost, r.floor, r.sellable, r.hand_set as "handSet", r.trace,
        q.scope, to_json(r.priced_at) as "pricedAt"
      from skus s left join sku_prices r on r.sku_id = s.id left join price_rules q on q.id = r.rule_id
      where s.code = $1`,
    values: [code],
  })
}

/** PostgreSQL takes no NUL in a text. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', '')
}
