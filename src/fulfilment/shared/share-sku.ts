import type { Database } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { findSkuForSharing, makeShared } from './credential-store.ts'

/** Why a SKU does not sell seats. */
export type ShareRefusal = { code: 'sku_unknown' | 'not_stock' | 'has_units' | 'invalid_request' }

/** Ten years; longer is without end. */
const MAX_DAYS = 3_660

/**
 * Lets a SKU sell seats of shared credentials instead of units of its own, for `days` each, or without end (null).
 * Seats that were sold keep the end they have. Refused while units wait on its shelf: they would never be sold.
 */
export async function shareSku(
  { db }: { db: Database },
  code: string,
  days: number | null,
): Promise<Result<void, ShareRefusal>> {
  if (days !== null && (!Number.isInteger(days) || days < 1 || days > MAX_DAYS))
    return err({ code: 'invalid_request' })
  return await db.transaction('fulfilment.share-sku', { role: 'worker' }, async (tx) => {
    const sku = await findSkuForSharing(tx, code)
    if (sku === undefined) return err({ code: 'sku_unknown' })
    if (sku.delivery_kind !== 'STOCK') return err({ code: 'not_stock' })
    return (await makeShared(tx, sku.id, days)) ? ok(undefined) : err({ code: 'has_units' })
  })
}
