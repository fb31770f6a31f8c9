import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { hasJournal, postJournal } from '#ledger'
import { err, ok, type Result } from '#shared/result.ts'
import { BANK, DISPUTES, SUSPENSE } from './book-received.ts'
import { disputeKey } from './record-returns.ts'
import { closeException, lockException, type LockedException } from './surplus-store.ts'

/**
 * What a person found out about money that waits. `paid_back`: the buyer got it from the shop's bank account.
 * `gone`: the gateway itself has returned it. `close`: nothing is left to do here.
 */
export type ExceptionDecision = 'paid_back' | 'gone' | 'close'

/** An exception as far as it decides what may be decided. `isReversed`: a reversal of its payment is booked. */
type Decidable = Pick<LockedException, 'kind' | 'amount' | 'bookedTo' | 'takenBack'> & { isReversed: boolean }

/**
 * What may be decided about an exception. Money in suspense never leaves it without a booking, and what a bank or the
 * gateway's dashboard took back already is not paid once more.
 */
export function decisionsOn(exception: Decidable): readonly ExceptionDecision[] {
  const { kind, amount, bookedTo, takenBack, isReversed } = exception
  switch (kind) {
    case 'late':
    case 'double':
    case 'cancelled_order':
    case 'amount_mismatch':
      return bookedTo === 'suspense' && takenBack >= amount ? ['gone'] : ['paid_back']
    case 'reversed':
      // A reversal was booked against disputes; only what came and went unseen still lies in suspense.
      return bookedTo === 'suspense' && !isReversed ? ['gone'] : ['close']
    case 'chargeback':
    case 'foreign':
    case 'outside_refund':
      return ['close']
  }
}

/** A closed task: `key` names this closing, `paidBack` is what the buyer got by it, in rupiah. */
type ResolvedException = { key: string; paidBack: number }

/**
 * Closes a task about money as a person decided, with the booking that belongs to it. The caller holds the order's
 * lock. `not_allowed` when it is closed already or the decision is not one of its own. Posts once each time that the
 * task was opened.
 */
export async function resolveException(
  tx: Tx,
  id: string,
  decision: { action: ExceptionDecision; note: string; by: string; now: Date },
): Promise<Result<ResolvedException, { code: 'not_found' | 'not_allowed' }>> {
  const exception = await lockException(tx, id)
  if (exception === undefined) return err({ code: 'not_found' })
  const { action, note, by, now } = decision
  const isReversed = await hasJournal(tx, disputeKey({ id: exception.paymentId }, 'reversal'))
  if (exception.state !== 'OPEN' || !decisionsOn({ ...exception, isReversed }).includes(action))
    return err({ code: 'not_allowed' })
  // The gateway's account gave it away when the return was seen, or does so when it is seen again: against disputes.
  const target = action === 'paid_back' ? BANK : action === 'gone' ? DISPUTES : undefined
  const key = `exception:${id}:${exception.openedAt.getTime()}`
  if (target !== undefined && exception.amount > 0) {
    await postJournal(tx, {
      id: newId(),
      businessKey: key,
      kind: 'exception.resolved',
      transfers: [{ debit: SUSPENSE, credit: target, amount: exception.amount }],
    })
  }
  await closeException(tx, id, `${action} by ${by}: ${note}`, now)
  return ok({ key, paidBack: action === 'paid_back' ? exception.amount : 0 })
}
