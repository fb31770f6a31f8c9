import type { Tx } from '#platform/database.ts'

/** The tables that hold sealed texts. */
export type SealedTable = 'stock_units' | 'deliveries' | 'provider_accounts' | 'shared_credentials'

export type SealedRow = { id: string; sealed: Buffer; key_id: string }

/** Says that this transaction changes wrapping keys: row security then shows the vault role every sealed record. */
export async function allowRewrap(tx: Tx): Promise<void> {
  await tx.rows({ text: `select set_config('lapak.rewrap', 'on', true)` })
}

/** Records sealed with another key than the current one. Uses each table's index on its key. */
export async function selectOldSeals(
  tx: Tx,
  table: SealedTable,
  currentKey: string,
  limit: number,
): Promise<SealedRow[]> {
  return await tx.rows<SealedRow>({
    text: `select id, sealed, key_id from ${table} where key_id <> $1 order by id limit $2`,
    values: [currentKey, limit],
  })
}

/** Replaces seals that are still the ones that were read; how many were. */
export async function replaceSeals(
  tx: Tx,
  table: SealedTable,
  rows: readonly { id: string; old: Buffer; sealed: Buffer; keyId: string }[],
): Promise<number> {
  return await tx.count({
    text: `update ${table} t set sealed = n.sealed, key_id = n.key_id
      from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[]) n (id, old, sealed, key_id)
      where t.id = n.id and t.sealed = n.old`,
    values: [
      rows.map((row) => row.id),
      rows.map((row) => row.old),
      rows.map((row) => row.sealed),
      rows.map((row) => row.keyId),
    ],
  })
}
