import type { Database } from '#platform/database.ts'
import { readFeedProducts } from './feed-products-store.ts'

/** Large enough that round trips do not count, small enough for a few hundred kilobytes of memory. */
const EXPORT_PAGE_SIZE = 1_000

/** Every product of the feed as a flat row, read page by page. */
export async function* exportFeedProducts(
  db: Database,
): AsyncIterable<Record<string, string | number | boolean | null>> {
  for await (const row of readFeedProducts(db, EXPORT_PAGE_SIZE)) {
    yield {
      id: row.id,
      external_id: row.externalId,
      name: row.name,
      slug: row.slug,
      description: row.description,
      registration_number: row.registrationNumber,
      price_general: row.priceGeneral,
      price_consultant: row.priceConsultant,
      price_supervisor: row.priceSupervisor,
      price_manager: row.priceManager,
      price_director: row.priceDirector,
      picture_url: row.pictureUrl,
      active: row.isActive,
      updated_at: row.updatedAt.toISOString(),
    }
  }
}
