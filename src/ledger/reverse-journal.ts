import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { reversalOf } from './journal.ts'
import { selectJournal } from './ledger-store.ts'
import { tryPostJournal, type InsufficientBalance } from './post-journal.ts'

/**
 * Takes a posted journal back by a journal with the sides changed. A second reversal of the same journal answers
 * `repeated` and moves nothing, under any concurrency.
 */
export async function reverseJournal(
  tx: Tx,
  businessKey: string,
): Promise<Result<'posted' | 'repeated', InsufficientBalance | { code: 'journal_unknown' }>> {
  const original = await selectJournal(tx, businessKey)
  if (original === undefined) return err({ code: 'journal_unknown' })
  const posted = await tryPostJournal(tx, reversalOf(original, newId()))
  return posted.ok ? ok(posted.value) : posted
}
