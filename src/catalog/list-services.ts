import { listServicesStatement } from './catalog-view-store.ts'
import { readCatalog, readFilter, type CatalogDeps } from './catalog-reads.ts'
import { decodeCursor, encodeCursor, pageSize } from './page-cursor.ts'
import { toService } from './service-rows.ts'
import type { Service, ServiceQuery } from './service-view.ts'

/** Visible products with their SKUs, most popular first; `nextCursor` is null on the last page. */
export async function listServices(
  deps: CatalogDeps,
  query: ServiceQuery,
): Promise<{ services: Service[]; nextCursor: string | null }> {
  const filter = readFilter(query)
  if (filter === undefined) return { services: [], nextCursor: null }
  const size = pageSize(query.limit)
  const after = decodeCursor(query.cursor)
  return readCatalog(deps, {
    name: 'catalog.list-services',
    statement: listServicesStatement({
      ...filter,
      ...(after === undefined ? {} : { after }),
      limit: size + 1,
    }),
    shape: (rows) => {
      const page = rows.slice(0, size)
      const last = page.at(-1)
      return {
        services: page.map(toService),
        nextCursor: rows.length > size && last !== undefined ? encodeCursor(last) : null,
      }
    },
  })
}
