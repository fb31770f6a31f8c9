import type { Tx } from '#platform/database.ts'
import { insertAccount } from './ledger-store.ts'

/**
 * Opens an account. `floor` is the lowest balance it may reach (0 for a wallet, null for none); a second call with
 * the same code changes nothing, also not the floor.
 */
export async function openAccount(
  tx: Tx,
  account: { code: string; asset?: 'IDR' | 'POINT'; ownerId?: string; floor: number | null },
): Promise<void> {
  const { code, asset = 'IDR', ownerId = null, floor } = account
  await insertAccount(tx, { code, asset, ownerId, floor })
}
