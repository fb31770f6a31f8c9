import type { Tx } from '#platform/database.ts'
import { selectBalance } from './ledger-store.ts'

/** The balance of an account: what was credited minus what was debited. Throws for an unknown code. */
export async function getBalance(tx: Tx, code: string): Promise<number> {
  const balance = await selectBalance(tx, code)
  if (balance === undefined) throw new Error(`unknown account ${code}`)
  return balance
}
