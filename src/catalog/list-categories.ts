import { listCategoriesStatement } from './catalog-view-store.ts'
import { readCatalog, type CatalogDeps } from './catalog-reads.ts'
import type { CategoryView } from './service-view.ts'

/** Categories with at least one visible product, in the shop's order. */
export function listCategories(deps: CatalogDeps): Promise<CategoryView[]> {
  return readCatalog(deps, {
    name: 'catalog.list-categories',
    statement: listCategoriesStatement(),
    shape: (rows) =>
      rows.map((row) => ({
        slug: row.slug,
        name: row.name,
        nameEn: row.name_en,
        products: row.products,
        kinds: row.kinds,
      })),
  })
}
