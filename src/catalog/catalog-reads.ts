import type { Database, Statement } from '#platform/database.ts'
import type { TaggedCache } from '#platform/tagged-cache.ts'
import type { ProductFilter } from './catalog-view-store.ts'
import { searchQuery } from './product-search.ts'
import type { DeliveryKind, ServiceQuery } from './service-view.ts'

/** What the catalogue's queries need. Without a cache every call reads the database. */
export type CatalogDeps = { db: Database; cache?: TaggedCache }

/** The tag of everything a buyer sees of the catalogue; bump it with every change of products, SKUs and prices. */
export const CATALOG_TAG = 'catalog'

/** How long an answer may be reused: stock that sells out between is caught when the order claims its unit. */
const MAX_AGE_MS = 30_000

const DELIVERY_KINDS: readonly DeliveryKind[] = ['STOCK', 'INVITE', 'SUPPLIER']

/** Longest slug of a category that is looked up. */
const MAX_SLUG_CHARACTERS = 100

/** What a product query filters by; undefined when nothing can match it. */
export function readFilter(query: ServiceQuery): ProductFilter | undefined {
  const filter: ProductFilter = {}
  if (query.category !== undefined && query.category !== '') {
    if (!isSlug(query.category)) return undefined
    filter.category = query.category
  }
  if (query.type !== undefined) {
    if (!DELIVERY_KINDS.includes(query.type)) return undefined
    filter.type = query.type
  }
  if (query.q !== undefined && query.q !== '') {
    const search = searchQuery(query.q)
    if (search !== undefined) filter.search = search
    else if (query.q.slice(0, MAX_SLUG_CHARACTERS).trim() !== '') return undefined
  }
  return filter
}

/** True for text that can be a slug; anything else is not worth a query. */
export function isSlug(text: string): boolean {
  return text.length <= MAX_SLUG_CHARACTERS && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)
}

/** Rows of a catalogue statement as a visitor, from the cache when it has them. */
export function readCatalog<Row, T>(
  deps: CatalogDeps,
  read: { name: string; statement: Statement<Row>; shape: (rows: Row[]) => T },
): Promise<T> {
  async function load(): Promise<T> {
    return read.shape(await deps.db.once<Row>(read.name, { role: 'web' }, read.statement))
  }
  if (deps.cache === undefined) return load()
  const key = JSON.stringify([read.statement.name, read.statement.values ?? []])
  return deps.cache.getOrLoad(key, { ttlMs: MAX_AGE_MS, tags: [CATALOG_TAG] }, load)
}
