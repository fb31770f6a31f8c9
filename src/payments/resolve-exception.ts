import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { postJournal } from '#ledger'
import { err, ok, type Result } from '#shared/result.ts'
import { BANK, clearingAccount, SUSPENSE } from './book-received.ts'
import { closeException, lockException, type LockedException } from './surplus-store.ts'

/**
 * What a person found out about money that waits. `paid_back`: the buyer got it from the shop's bank account.
 * `gone`: the gateway itself has returned it. `close`: nothing is left to do here.
 */
export type ExceptionDecision = 'paid_back' | 'gone' | 'close'

/** What may be decided about an exception. Money in suspense never leaves it without a booking. */
export function decisionsOn(
  exception: Pick<LockedException, 'kind' | 'amount' | 'bookedTo'>,
): readonly ExceptionDecision[] {
  switch (exception.kind) {
    case 'late':
    case 'double':
    case 'cancelled_order':
    case 'amount_mismatch':
      return ['paid_back']
    case 'reversed':
      return exception.bookedTo === 'suspense' ? ['gone'] : ['close']
    case 'chargeback':
    case 'foreign':
    case 'outside_refund':
      return ['close']
  }
}

/**
 * Closes a task about money as a person decided, with the booking that belongs to it. The caller holds the order's
 * lock. `not_allowed` when it is closed already or the decision is not one of its own. Posts once each time that the
 * task was opened.
 */
export async function resolveException(
  tx: Tx,
  id: string,
  decision: { action: ExceptionDecision; note: string; by: string; now: Date },
): Promise<Result<void, { code: 'not_found' | 'not_allowed' }>> {
  const exception = await lockException(tx, id)
  if (exception === undefined) return err({ code: 'not_found' })
  const { action, note, by, now } = decision
  if (exception.state !== 'OPEN' || !decisionsOn(exception).includes(action))
    return err({ code: 'not_allowed' })
  const target =
    action === 'paid_back' ? BANK : action === 'gone' ? clearingAccount(exception.gateway) : undefined
  if (target !== undefined && exception.amount > 0) {
    await postJournal(tx, {
      id: newId(),
      businessKey: `exception:${id}:${exception.openedAt.getTime()}`,
      kind: 'exception.resolved',
      transfers: [{ debit: SUSPENSE, credit: target, amount: exception.amount }],
    })
  }
  await closeException(tx, id, `${action} by ${by}: ${note}`, now)
  return ok(undefined)
}
