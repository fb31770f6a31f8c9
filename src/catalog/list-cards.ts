import { countProductsStatement, listCardsStatement } from './catalog-view-store.ts'
import { readCatalog, readFilter, type CatalogDeps } from './catalog-reads.ts'
import { decodeCursor, encodeCursor, pageSize } from './page-cursor.ts'
import { toCard } from './service-rows.ts'
import type { ServiceCard, ServiceQuery } from './service-view.ts'

/** Nobody reads a larger number; it bounds the work of counting. */
const MAX_TOTAL = 10_000

/** Visible products as cards, most popular first, with the number of all matches (counted up to 10,000). */
export async function listCards(
  deps: CatalogDeps,
  query: ServiceQuery,
): Promise<{ cards: ServiceCard[]; nextCursor: string | null; total: number }> {
  const filter = readFilter(query)
  if (filter === undefined) return { cards: [], nextCursor: null, total: 0 }
  const size = pageSize(query.limit)
  const after = decodeCursor(query.cursor)
  const counting = readCatalog(deps, {
    name: 'catalog.count-products',
    statement: countProductsStatement(filter, MAX_TOTAL),
    shape: (rows) => rows[0]?.total ?? 0,
  })
  const listing = readCatalog(deps, {
    name: 'catalog.list-cards',
    statement: listCardsStatement({ ...filter, ...(after === undefined ? {} : { after }), limit: size + 1 }),
    shape: (rows) => {
      const page = rows.slice(0, size)
      const last = page.at(-1)
      return {
        cards: page.map(toCard),
        nextCursor: rows.length > size && last !== undefined ? encodeCursor(last) : null,
      }
    },
  })
  const [total, page] = await Promise.all([counting, listing])
  return { ...page, total }
}
