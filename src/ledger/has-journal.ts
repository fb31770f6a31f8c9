import type { Tx } from '#platform/database.ts'
import { selectJournal } from './ledger-store.ts'

/** Whether a business key was posted. Ask under a lock that its posters hold, or the answer may be old. */
export async function hasJournal(tx: Tx, businessKey: string): Promise<boolean> {
  return (await selectJournal(tx, businessKey)) !== undefined
}
