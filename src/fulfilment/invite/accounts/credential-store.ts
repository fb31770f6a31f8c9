import type { Tx } from '#platform/database.ts'

/** Says which account this transaction opens: row security then shows the vault role that one. */
export async function nameAccount(tx: Tx, id: string): Promise<void> {
  await tx.rows({
    name: 'account_name',
    text: `select set_config('lapak.account', $1, true)`,
    values: [id],
  })
}

/** The sealed credential of the account that was named. Readable by the vault role only. */
export async function selectSealedAccount(
  tx: Tx,
  id: string,
): Promise<{ external_id: string; sealed: Buffer; key_id: string } | undefined> {
  return await tx.maybe({
    name: 'account_sealed',
    text: 'select external_id, sealed, key_id from provider_accounts where id = $1',
    values: [id],
  })
}
