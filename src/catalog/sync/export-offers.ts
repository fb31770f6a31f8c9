import type { Database } from '#platform/database.ts'
import { selectOfferExport } from './offer-export-store.ts'

/** Rows held in memory at a time. */
const PAGE = 1_000

/** Every offer of every supplier, by supplier and code; read page by page, so memory stays the same. */
export async function* exportOffers(
  db: Database,
): AsyncGenerator<Record<string, string | number | boolean | null>> {
  let after = { supplier: '', code: '' }
  for (;;) {
    const rows = await selectOfferExport(db, after, PAGE)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = { supplier: last.supplier, code: last.code }
  }
}
