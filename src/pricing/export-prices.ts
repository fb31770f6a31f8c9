import type { Database } from '#platform/database.ts'
import { selectPriceExport } from './price-export-view-store.ts'

/** Rows held in memory at a time. */
const PAGE = 1_000

/** Every price with its cost and rule, by SKU code; read page by page, so memory stays the same. For operators only. */
export async function* exportPrices(
  db: Database,
): AsyncGenerator<Record<string, string | number | boolean | null>> {
  let after = ''
  for (;;) {
    const rows = await selectPriceExport(db, after, PAGE)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = last.sku
  }
}
