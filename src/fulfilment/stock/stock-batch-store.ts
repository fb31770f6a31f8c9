import type { Statement, Tx } from '#platform/database.ts'

/** A sealed unit on its way into stock. */
export type NewUnit = { id: string; fingerprint: Buffer; sealed: Buffer; keyId: string }

/** Opens the record of one import. */
export async function insertBatch(
  tx: Tx,
  batch: { id: string; skuId: string; label: string; actor: string },
): Promise<void> {
  await tx.count({
    text: 'insert into stock_batches (id, sku_id, label, actor) values ($1, $2, $3, $4)',
    values: [batch.id, batch.skuId, batch.label, batch.actor],
  })
}

/** Whether the SKU still sells units of its own; keeps it so until the transaction ends. Shares the lock of the SKU. */
export async function keepUnique(tx: Tx, skuId: string): Promise<boolean> {
  const found = await tx.rows({
    text: `select 1 from skus where id = $1 and stock_mode = 'unique' for key share`,
    values: [skuId],
  })
  return found.length === 1
}

/** Stores units whose fingerprint the SKU does not have yet (stock_units_fingerprint); how many were new. */
export async function insertUnits(
  tx: Tx,
  batch: { id: string; skuId: string },
  units: readonly NewUnit[],
): Promise<number> {
  return await tx.count({
    name: 'stock_import_units',
    text: `insert into stock_units (id, sku_id, batch_id, fingerprint, sealed, key_id)
      select u.id, $1, $2, u.fingerprint, u.sealed, u.key_id
      from unnest($3::uuid[], $4::bytea[], $5::bytea[], $6::text[]) u (id, fingerprint, sealed, key_id)
      on conflict (sku_id, fingerprint) do nothing`,
    values: [
      batch.skuId,
      batch.id,
      units.map((unit) => unit.id),
      units.map((unit) => unit.fingerprint),
      units.map((unit) => unit.sealed),
      units.map((unit) => unit.keyId),
    ],
  })
}

/** Adds to the counts of an import. */
export async function addToBatch(
  tx: Tx,
  batchId: string,
  counts: { imported: number; duplicates: number; rejected: number },
): Promise<void> {
  await tx.count({
    text: `update stock_batches set imported = imported + $2, duplicates = duplicates + $3, rejected = rejected + $4
      where id = $1`,
    values: [batchId, counts.imported, counts.duplicates, counts.rejected],
  })
}

/** The SKU of this code, how its product is delivered, and what its stock consists of. Uses skus_code. */
export function skuByCodeStatement(
  code: string,
): Statement<{ id: string; delivery_kind: string; stock_mode: string }> {
  return {
    text: 'select s.id, p.delivery_kind, s.stock_mode from skus s join products p on p.id = s.product_id where s.code = $1',
    values: [code],
  }
}
