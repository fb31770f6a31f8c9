import type { Statement } from '#platform/database.ts'
import type { PagePosition } from './page-cursor.ts'
import type { DeliveryKind, InputField } from './service-view.ts'

/** A filtered page of visible products. `search` is a tsquery text. */
export type ProductFilter = { category?: string; type?: DeliveryKind; search?: string }
export type ProductPage = ProductFilter & { after?: PagePosition; limit: number }

export type ProductRow = {
  id: string
  slug: string
  name: string
  publisher: string
  category_slug: string
  category_name: string
  delivery_kind: DeliveryKind
  image_url: string
  popularity: number
}
export type ServiceRow = ProductRow & {
  description: string
  description_en: string
  notice: string | null
  notice_en: string | null
  input_fields: InputField[]
  nickname_check: boolean
  tiles: TileRow[]
}
export type TileRow = {
  sku: string
  name: string
  price: number
  available: boolean
  group: string | null
  free: number | null
}
export type CardRow = ProductRow & { from_price: number | null; available: boolean }
export type CategoryRow = {
  slug: string
  name: string
  name_en: string
  products: number
  kinds: DeliveryKind[]
}

/** From this number of free units on a buyer is not told how many are left. */
export const STOCK_HINT_LIMIT = 10

/** Seats of shared credentials that could be sold now. Uses `shared_seats_sku`. */
const FREE_SEATS = `select 1 from shared_seats t join shared_credentials k on k.id = t.credential_id
      where t.sku_id = s.id and k.state = 'ACTIVE' and seat_is_free(t.state, t.held_until, t.expires_at)
        and (k.expires_at is null or k.expires_at > now() + make_interval(days => coalesce(s.seat_days, 0)))`

/**
 * Free units or seats of a STOCK SKU, counted no further than one past the hint: a sold-out and a full shelf cost the
 * same. Uses `stock_units_free`. A hold that has run out counts as free, by the database's clock. The lateral
 * `shelf` it stands in ends with `offset 0`, else the planner would count again at every mention.
 */
export const FREE_UNITS = `case when p.delivery_kind = 'STOCK' and s.stock_mode = 'shared'
      then (select count(*)::int from (${FREE_SEATS} limit ${STOCK_HINT_LIMIT + 1}) as seat)
    when p.delivery_kind = 'STOCK' then (select count(*)::int from (
      select 1 from stock_units u
      where u.sku_id = s.id and u.state in ('AVAILABLE', 'RESERVED')
        and (u.state = 'AVAILABLE' or u.reserved_until < now())
      limit ${STOCK_HINT_LIMIT + 1}) as unit) end`

/** Whether a SKU can be bought now: its price keeps the floor, and there is a unit, or else a supplier who has it. */
export const SKU_AVAILABLE = `(r.sellable and coalesce(shelf.free > 0, s.available))`

const PRODUCT_COLUMNS = `p.id, p.slug, p.name, p.publisher, c.slug as category_slug, c.name as category_name,
  p.delivery_kind, p.image_url, p.popularity`

const SERVICE_COLUMNS = `${PRODUCT_COLUMNS}, p.description, p.description_en, p.notice, p.notice_en, p.input_fields,
  p.nickname_code is not null as nickname_check, tiles.tiles`

const PRICED_SKUS = `from skus s
    join sku_prices r on r.sku_id = s.id
    cross join lateral (select ${FREE_UNITS} as free offset 0) as shelf
    where s.product_id = p.id and s.state = 'active'`

const TILES = `cross join lateral (
    select json_agg(json_build_object('sku', s.code, 'name', s.name, 'price', r.retail,
      'available', ${SKU_AVAILABLE}, 'group', s.group_name, 'free', shelf.free)
      order by s.position, s.name, s.id) as tiles
    ${PRICED_SKUS}
  ) as tiles`

const CARD = `cross join lateral (
    select count(*) as skus, min(r.retail) filter (where ${SKU_AVAILABLE}) as from_price
    ${PRICED_SKUS}
  ) as card`

/** A product is shown once it has a visible SKU with a price. Uses `skus_product` and `sku_prices_pkey`. */
const HAS_PRICE = `exists (select 1 from skus s join sku_prices r on r.sku_id = s.id
  where s.product_id = p.id and s.state = 'active')`

/**
 * A page of products with their SKUs. Walks `products_list` (`products_category` for one category, the ids of
 * `lapak_search_products` for a search) in order and stops at the limit; SKUs by `skus_product`.
 */
export function listServicesStatement(page: ProductPage): Statement<ServiceRow> {
  const { where, values, name } = filterClauses(page)
  return {
    name: `catalog_list_services${name}`,
    text: `select ${SERVICE_COLUMNS}
      from products p join categories c on c.id = p.category_id ${TILES}
      where tiles.tiles is not null and ${where}
      order by p.popularity desc, p.id limit $1`,
    values: [page.limit, ...values],
  }
}

/** A page of products as cards. The same indexes as `listServicesStatement`. */
export function listCardsStatement(page: ProductPage): Statement<CardRow> {
  const { where, values, name } = filterClauses(page)
  return {
    name: `catalog_list_cards${name}`,
    text: `select ${PRODUCT_COLUMNS}, card.from_price, card.from_price is not null as available
      from products p join categories c on c.id = p.category_id ${CARD}
      where card.skus > 0 and ${where}
      order by p.popularity desc, p.id limit $1`,
    values: [page.limit, ...values],
  }
}

/** The number of all products that match, up to `$1`. */
export function countProductsStatement(filter: ProductFilter, limit: number): Statement<{ total: number }> {
  const { where, values, name } = filterClauses(filter)
  return {
    name: `catalog_count_products${name}`,
    text: `select count(*)::int as total from (
      select 1 from products p where ${where} and ${HAS_PRICE} limit $1) as product`,
    values: [limit, ...values],
  }
}

/** One visible product with its SKUs. Uses `products_slug` and `skus_product`. */
export function findServiceStatement(slug: string): Statement<ServiceRow> {
  return {
    name: 'catalog_find_service',
    text: `select ${SERVICE_COLUMNS}
      from products p join categories c on c.id = p.category_id ${TILES}
      where p.slug = $1 and p.state = 'active' and tiles.tiles is not null`,
    values: [slug],
  }
}

/** Categories that have something to show. */
export function listCategoriesStatement(): Statement<CategoryRow> {
  return {
    name: 'catalog_list_categories',
    text: `select c.slug, c.name, c.name_en, count(*)::int as products,
        array_agg(distinct p.delivery_kind) as kinds
      from categories c join products p on p.category_id = c.id
      where p.state = 'active' and ${HAS_PRICE}
      group by c.id order by c.position, c.slug`,
  }
}

/** Conditions from `$2` on, written out per combination so that each one keeps a plan of its own. */
function filterClauses(filter: ProductFilter & { after?: PagePosition }): {
  where: string
  values: unknown[]
  name: string
} {
  const values: unknown[] = []
  const clauses = [`p.state = 'active'`]
  let name = ''
  function add(label: string, value: unknown, clause: (parameter: string) => string): void {
    values.push(value)
    clauses.push(clause(`$${values.length + 1}`))
    name += label
  }
  if (filter.category !== undefined) {
    add(
      '_category',
      filter.category,
      (parameter) => `p.category_id = (select id from categories where slug = ${parameter})`,
    )
  }
  if (filter.type !== undefined) add('_type', filter.type, (parameter) => `p.delivery_kind = ${parameter}`)
  if (filter.search !== undefined) {
    add(
      '_search',
      filter.search,
      (parameter) => `p.id in (select lapak_search_products(to_tsquery('simple', ${parameter})))`,
    )
  }
  if (filter.after !== undefined) {
    const { popularity, id } = filter.after
    add('_after', popularity, (parameter) => `p.popularity <= ${parameter}::int`)
    const before = `$${values.length + 1}::int`
    add('', id, (parameter) => `(p.popularity < ${before} or p.id > ${parameter}::uuid)`)
  }
  return { where: clauses.join(' and '), values, name }
}

/** How the account id of a visible product is checked. Uses `products_slug`. */
export function findAccountFieldsStatement(
  slug: string,
): Statement<{ nickname_code: string | null; input_fields: InputField[] }> {
  return {
    name: 'catalog_account_fields',
    text: `select nickname_code, input_fields from products where slug = $1 and state = 'active'`,
    values: [slug],
  }
}
