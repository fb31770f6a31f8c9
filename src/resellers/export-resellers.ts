import type { Database } from '#platform/database.ts'
import { readCustomPrices } from './custom-prices-store.ts'
import { readResellers } from './resellers-store.ts'

/** Large enough that round trips do not count, small enough for a few hundred kilobytes of memory. */
const EXPORT_PAGE_SIZE = 1_000

type ExportRow = Record<string, string | number | boolean | null>

/** Every reseller as a flat row, read page by page. */
export async function* exportResellers(db: Database): AsyncIterable<ExportRow> {
  for await (const row of readResellers(db, EXPORT_PAGE_SIZE)) {
    yield {
      id: row.id,
      external_id: row.externalId,
      name: row.name,
      phone: row.phone,
      area: row.area,
      level: row.level,
      upline_external_id: row.uplineExternalId,
      facebook: row.facebook,
      instagram: row.instagram,
      picture_url: row.pictureUrl,
      active: row.isActive,
      updated_at: row.updatedAt.toISOString(),
    }
  }
}

/** Every custom price in use as a flat row, read page by page. */
export async function* exportCustomPrices(db: Database): AsyncIterable<ExportRow> {
  for await (const row of readCustomPrices(db, EXPORT_PAGE_SIZE)) {
    yield {
      reseller_id: row.resellerId,
      reseller_external_id: row.resellerExternalId,
      product_id: row.productId,
      price: row.price,
      updated_by: row.updatedBy,
      updated_at: row.updatedAt.toISOString(),
    }
  }
}
