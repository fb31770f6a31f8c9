import { sqlState, violatedConstraint, type Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { findJournalFault, type Journal } from './journal.ts'
import { insertJournal } from './ledger-store.ts'

/** The account that the journal would take below its floor has too little. */
export type InsufficientBalance = { code: 'insufficient_balance' }

const CHECK_VIOLATION = '23514'

/**
 * Posts a journal in the caller's transaction. Posting the same business key with the same content again changes
 * nothing and answers `repeated`; with other content it throws, as do unknown accounts and faulty transfers.
 * Locks the accounts in id order. Use `tryPostJournal` where an empty wallet is a normal outcome.
 */
export async function postJournal(tx: Tx, journal: Journal): Promise<'posted' | 'repeated'> {
  const fault = findJournalFault(journal)
  if (fault !== undefined) throw new Error(`journal ${journal.businessKey}: ${fault}`)
  return await insertJournal(tx, journal)
}

/**
 * Posts a journal like `postJournal`, with an account at its floor as a value. After `insufficient_balance` the
 * transaction is spent: return the refusal from it, so that it rolls back.
 */
export async function tryPostJournal(
  tx: Tx,
  journal: Journal,
): Promise<Result<'posted' | 'repeated', InsufficientBalance>> {
  try {
    return ok(await postJournal(tx, journal))
  } catch (error) {
    const floorReached = sqlState(error) === CHECK_VIOLATION && violatedConstraint(error) === 'accounts_floor'
    if (floorReached) return err({ code: 'insufficient_balance' })
    throw error
  }
}
