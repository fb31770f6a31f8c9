import type { Database } from '#platform/database.ts'
import { isUuid } from '#platform/ids.ts'
import { selectChanges } from './price-changes-store.ts'
import type { PriceChange } from './price-view.ts'

const DEFAULT_SIZE = 50
const MAX_SIZE = 200

/**
 * Changed retail prices, newest first, of one run or SKU if asked for; `cursor` is the `nextCursor` of the page
 * before. For operators only: it holds costs.
 */
export async function listPriceChanges(
  db: Database,
  query: { runId?: string; sku?: string; limit?: number; cursor?: string },
): Promise<{ changes: PriceChange[]; nextCursor: string | null }> {
  if (query.runId !== undefined && !isUuid(query.runId)) return { changes: [], nextCursor: null }
  const size = Math.min(Math.max(Math.trunc(query.limit ?? DEFAULT_SIZE) || DEFAULT_SIZE, 1), MAX_SIZE)
  const found = await selectChanges(db, {
    runId: query.runId ?? null,
    sku: query.sku?.replaceAll('\0', '') ?? null,
    before: query.cursor !== undefined && isUuid(query.cursor) ? query.cursor : null,
    limit: size + 1,
  })
  const changes = found.slice(0, size)
  return { changes, nextCursor: found.length > size ? (changes.at(-1)?.id ?? null) : null }
}
