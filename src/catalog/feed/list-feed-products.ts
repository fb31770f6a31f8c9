import { selectImages } from '#sync'
import type { BlobStore } from '#platform/blob-store.ts'
import type { Database } from '#platform/database.ts'
import { isUuid } from '#platform/ids.ts'
import type { FeedProductView } from '../feed-view.ts'
import { pageSize } from '../page-cursor.ts'
import { toSlug } from './feed-slug.ts'
import { listFeedProductsStatement, type FeedProductRow } from './feed-products-store.ts'

/** What listing the feed's products needs. */
export type FeedDeps = { db: Database; blobs: BlobStore }

/**
 * Products of the feed in the order in which they came, gone ones included. `nextCursor` is null on the last page;
 * a cursor that is not one of ours starts at the beginning.
 */
export async function listFeedProducts(
  deps: FeedDeps,
  query: { limit?: number; cursor?: string },
): Promise<{ products: FeedProductView[]; nextCursor: string | null }> {
  const size = pageSize(query.limit)
  const after = query.cursor !== undefined && isUuid(query.cursor) ? query.cursor : null
  const statement = listFeedProductsStatement(after, size + 1)
  const rows = await deps.db.once('catalog.list-feed-products', { role: 'worker' }, statement)
  const page = rows.slice(0, size)
  const images = await selectImages(
    deps.db,
    page.flatMap(({ pictureUrl }) => pictureUrl ?? []),
  )
  return {
    products: page.map((row) => {
      const key = images.get(row.pictureUrl ?? '')?.sizes.at(-1)?.fallback
      return toView(row, key === undefined ? null : deps.blobs.urlOf(key))
    }),
    nextCursor: rows.length > size ? (page.at(-1)?.id ?? null) : null,
  }
}

function toView(row: FeedProductRow, imageUrl: string | null): FeedProductView {
  return {
    id: row.id,
    externalId: row.externalId,
    name: row.name,
    slug: row.slug ?? toSlug(row.name),
    description: row.description,
    registrationNumber: row.registrationNumber,
    prices: {
      general: row.priceGeneral,
      consultant: row.priceConsultant,
      supervisor: row.priceSupervisor,
      manager: row.priceManager,
      director: row.priceDirector,
    },
    imageUrl,
    imageAlt: row.pictureAlt ?? row.name,
    active: row.isActive,
    updatedAt: row.updatedAt.toISOString(),
  }
}
