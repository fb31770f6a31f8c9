import { selectImages } from '#sync'
import type { BlobStore } from '#platform/blob-store.ts'
import type { Database } from '#platform/database.ts'
import { isUuid } from '#platform/ids.ts'
import { customPricesOfStatement, type CustomPriceRow } from './custom-prices-store.ts'
import type { ResellerView } from './reseller-view.ts'
import { listResellersStatement, type ResellerRow } from './resellers-store.ts'

/** What listing resellers needs. */
export type ResellerDeps = { db: Database; blobs: BlobStore }

/** The page size when none is asked for. */
const DEFAULT_PAGE_SIZE = 20
/** The largest page: bounds the answer to a few hundred kilobytes. */
const MAX_PAGE_SIZE = 100

/**
 * Resellers in the order in which they came, gone ones included, each with her own prices. `nextCursor` is null on the
 * last page; a cursor that is not one of ours starts at the beginning.
 */
export async function listResellers(
  deps: ResellerDeps,
  query: { limit?: number; cursor?: string },
): Promise<{ resellers: ResellerView[]; nextCursor: string | null }> {
  const size = pageSize(query.limit)
  const after = query.cursor !== undefined && isUuid(query.cursor) ? query.cursor : null
  const found = await deps.db.transaction('resellers.list-resellers', { role: 'worker' }, async (tx) => {
    const rows = await tx.rows(listResellersStatement(after, size + 1))
    const shown = rows.slice(0, size)
    // Sent together: they share a round trip.
    const [prices, pictures] = await Promise.all([
      tx.rows(customPricesOfStatement(shown.map((row) => row.id))),
      selectImages(
        tx,
        shown.flatMap(({ pictureUrl }) => pictureUrl ?? []),
      ),
    ])
    return {
      images: pictures,
      page: shown,
      hasMore: rows.length > size,
      pricesOf: Map.groupBy(prices, (row) => row.resellerId),
    }
  })
  const { page, hasMore, pricesOf, images } = found
  return {
    resellers: page.map((row) => {
      const key = images.get(row.pictureUrl ?? '')?.sizes.at(-1)?.fallback
      return toView(row, pricesOf.get(row.id) ?? [], key === undefined ? null : deps.blobs.urlOf(key))
    }),
    nextCursor: hasMore ? (page.at(-1)?.id ?? null) : null,
  }
}

function pageSize(limit: number | undefined): number {
  if (limit === undefined || !Number.isFinite(limit)) return DEFAULT_PAGE_SIZE
  return Math.min(MAX_PAGE_SIZE, Math.max(1, Math.trunc(limit)))
}

function toView(row: ResellerRow, prices: readonly CustomPriceRow[], imageUrl: string | null): ResellerView {
  return {
    id: row.id,
    externalId: row.externalId,
    name: row.name,
    phone: row.phone,
    area: row.area,
    level: row.level,
    uplineExternalId: row.uplineExternalId,
    facebook: row.facebook,
    instagram: row.instagram,
    imageUrl,
    imageAlt: row.pictureAlt ?? row.name,
    active: row.isActive,
    customPrices: prices.map(({ productId, price }) => ({ productId, price })),
    updatedAt: row.updatedAt.toISOString(),
  }
}
