import type { Database } from '#platform/database.ts'
import { seal, unseal, type KeyRing, type SealPlace } from '#platform/sealing.ts'
import { accountSealPlace, credentialSealPlace, deliverySealPlace, unitSealPlace } from './seal-places.ts'
import { allowRewrap, replaceSeals, selectOldSeals, type SealedTable } from './sealing-store.ts'

/** Records per transaction: short enough not to keep a buyer's reveal waiting. */
const ROWS_PER_WRITE = 500

const PLACES: readonly [SealedTable, (id: string) => SealPlace][] = [
  ['stock_units', unitSealPlace],
  ['deliveries', deliverySealPlace],
  ['provider_accounts', accountSealPlace],
  ['shared_credentials', credentialSealPlace],
]

/**
 * Moves every sealed record to the current key; how many were moved. Works beside sales and reveals, and can be cut
 * off and repeated at any time. An old key may leave the key file when this answers 0 and no backup needs it. Throws
 * when a record does not open; what was moved before stays moved.
 */
export async function rotateSealing(deps: { db: Database; keys: KeyRing }): Promise<{ moved: number }> {
  let moved = 0
  for (const [table, placeOf] of PLACES) {
    for (
      let batch = await moveBatch(deps, table, placeOf);
      batch > 0;
      batch = await moveBatch(deps, table, placeOf)
    ) {
      moved += batch
    }
  }
  return { moved }
}

async function moveBatch(
  { db, keys }: { db: Database; keys: KeyRing },
  table: SealedTable,
  placeOf: (id: string) => SealPlace,
): Promise<number> {
  return await db.transaction('fulfilment.rotate', { role: 'vault' }, async (tx) => {
    await allowRewrap(tx)
    const old = await selectOldSeals(tx, table, keys.current, ROWS_PER_WRITE)
    if (old.length === 0) return 0
    const fresh = old.map((row) => {
      const place = placeOf(row.id)
      return {
        id: row.id,
        old: row.sealed,
        ...seal(keys, place, unseal(keys, place, { sealed: row.sealed, keyId: row.key_id })),
      }
    })
    await replaceSeals(tx, table, fresh)
    return old.length
  })
}
