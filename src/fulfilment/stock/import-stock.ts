import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { fingerprint, seal, type KeyRing } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { unitSealPlace } from '../delivery/seal-places.ts'
import type { StockImport } from '../stock-import.ts'
import { readCodes, type CodeRow } from './read-codes.ts'
import {
  addToBatch,
  insertBatch,
  insertUnits,
  keepUnique,
  skuByCodeStatement,
  type NewUnit,
} from './stock-batch-store.ts'

/** Why nothing was imported. */
export type ImportRefusal = { code: 'sku_unknown' | 'not_stock' | 'empty' | 'too_large' }

/** Fits 100,000 ordinary codes; the whole file is held in memory. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024
export const MAX_ROWS = 100_000
/** Rows sealed and stored per transaction: about 40 ms of sealing, then other requests get their turn. */
const ROWS_PER_WRITE = 1_000
/** Enough to see what is wrong with a file. */
const REJECTED_SHOWN = 20

type ImportDeps = { db: Database; keys: KeyRing }
type Batch = { id: string; skuId: string; skuCode: string }

/**
 * Seals the codes of a file into a SKU's stock. Codes that the SKU already has, sold ones too, are counted and left
 * out, so that importing the same file again adds nothing and an import cut off halfway is finished by repeating it.
 * Never answers or logs a code.
 */
export async function importStock(
  deps: ImportDeps,
  skuCode: string,
  csv: string,
  actor: string,
): Promise<Result<StockImport, ImportRefusal>> {
  if (Buffer.byteLength(csv) > MAX_FILE_BYTES) return err({ code: 'too_large' })
  const [sku] = await deps.db.once('fulfilment.find-sku', { role: 'worker' }, skuByCodeStatement(skuCode))
  if (sku === undefined) return err({ code: 'sku_unknown' })
  if (sku.delivery_kind !== 'STOCK' || sku.stock_mode !== 'unique') return err({ code: 'not_stock' })
  const { codes, rejected } = readCodes(csv)
  if (codes.length + rejected.length === 0) return err({ code: 'empty' })
  if (codes.length + rejected.length > MAX_ROWS) return err({ code: 'too_large' })
  const batch = { id: newId(), skuId: sku.id, skuCode }
  const imported = await writeBatch(deps, batch, codes, { rejected: rejected.length, actor })
  if (imported === undefined) return err({ code: 'not_stock' })
  return ok({
    batchId: batch.id,
    imported,
    duplicates: codes.length - imported,
    rejected: rejected.slice(0, REJECTED_SHOWN),
    rejectedTotal: rejected.length,
  })
}

/** How many codes were new; undefined when the SKU began to sell seats meanwhile: its units would never be sold. */
async function writeBatch(
  deps: ImportDeps,
  batch: Batch,
  codes: readonly CodeRow[],
  origin: { rejected: number; actor: string },
): Promise<number | undefined> {
  await deps.db.transaction('fulfilment.open-import', { role: 'worker' }, async (tx) => {
    await insertBatch(tx, { id: batch.id, skuId: batch.skuId, label: batch.skuCode, actor: origin.actor })
    await addToBatch(tx, batch.id, { imported: 0, duplicates: 0, rejected: origin.rejected })
  })
  let imported = 0
  for (let start = 0; start < codes.length; start += ROWS_PER_WRITE) {
    const units = codes
      .slice(start, start + ROWS_PER_WRITE)
      .map(({ code }) => sealUnit(deps.keys, batch.skuId, code))
    const added = await deps.db.transaction('fulfilment.import', { role: 'worker' }, async (tx) => {
      if (!(await keepUnique(tx, batch.skuId))) return undefined
      const stored = await insertUnits(tx, batch, units)
      await addToBatch(tx, batch.id, { imported: stored, duplicates: units.length - stored, rejected: 0 })
      return stored
    })
    if (added === undefined) return undefined
    imported += added
  }
  return imported
}

/** The fingerprint's scope is the SKU: the same gift code may legitimately exist in two shelves. */
function sealUnit(keys: KeyRing, skuId: string, code: string): NewUnit {
  const id = newId()
  return { id, fingerprint: fingerprint(keys, skuId, code), ...seal(keys, unitSealPlace(id), code) }
}
