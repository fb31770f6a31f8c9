import { findServiceStatement } from './catalog-view-store.ts'
import { isSlug, readCatalog, type CatalogDeps } from './catalog-reads.ts'
import { toService } from './service-rows.ts'
import type { Service } from './service-view.ts'

/** The product, or undefined when it does not exist, is hidden, or has nothing with a price. */
export async function findService(deps: CatalogDeps, slug: string): Promise<Service | undefined> {
  if (!isSlug(slug)) return undefined
  const found = await readCatalog(deps, {
    name: 'catalog.find-service',
    statement: findServiceStatement(slug),
    shape: (rows) => ({ service: rows[0] && toService(rows[0]) }),
  })
  return found.service
}
