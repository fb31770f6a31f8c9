import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { postJournal } from '#ledger'
import { clearingAccount, REFUNDS_PAYABLE } from './book-received.ts'
import type { Payment, PaymentState } from './payment.ts'
import { changePayment, insertHistory } from './payment-store.ts'
import { nextPollAt } from './poll-plan.ts'
import type { Refund } from './refund.ts'
import { changeRefund } from './refund-store.ts'

const UNSETTLED = ['REQUESTED', 'SENDING', 'UNKNOWN', 'MANUAL'] as const

/**
 * Records that the gateway gave a refund back: refund DONE, journal, and the payment's refunded sum and state.
 * The caller holds the payment's lock. Returns the payment; unchanged when the refund was settled before.
 * `refund.detail` and `refund.settledAs` are stored as given.
 */
export async function settleRefund(
  tx: Tx,
  payment: Payment,
  refund: Refund,
  now: Date,
  paidFrom = clearingAccount(payment.gateway),
): Promise<Payment> {
  const { amount } = refund
  return await settleRefundFrom(tx, payment, refund, {
    sources: [{ account: paidFrom, amount }],
    paid: amount,
    now,
  })
}

/** How a refund was settled: which accounts its sum left, and what of it reached the buyer just now. */
export type Settling = { sources: readonly { account: string; amount: number }[]; paid: number; now: Date }

/** The same with the accounts that the sum left: the gateway's, the bank's, or disputes for what went before. */
export async function settleRefundFrom(
  tx: Tx,
  payment: Payment,
  refund: Refund,
  { sources, paid, now }: Settling,
): Promise<Payment> {
  const isNew = await changeRefund(tx, refund.id, {
    from: UNSETTLED,
    to: 'DONE',
    detail: refund.detail,
    nextTry: null,
    settledAs: refund.settledAs,
  })
  if (!isNew) return payment
  const posting = postJournal(tx, {
    id: newId(),
    businessKey: `refund:${refund.businessKey}:done`,
    kind: 'refund.done',
    transfers: sources
      .filter(({ amount }) => amount > 0)
      .map(({ account, amount }) => ({ debit: REFUNDS_PAYABLE, credit: account, amount })),
  })
  const following = paid === 0 ? payment : addRefunded(tx, payment, paid, refund.reason, now)
  const [changed] = await Promise.all([following, posting])
  return changed
}

/** Adds to what was given back of a payment and moves its state along. The caller holds the payment's lock. */
export async function addRefunded(
  tx: Tx,
  payment: Payment,
  amount: number,
  reason: string,
  now: Date,
): Promise<Payment> {
  const to: PaymentState =
    payment.state === 'CHARGEBACK' || payment.state === 'REFUNDED'
      ? payment.state
      : payment.refunded + amount >= (payment.received ?? 0)
        ? 'REFUNDED'
        : 'PARTIALLY_REFUNDED'
  const changing = changePayment(
    tx,
    payment.id,
    { from: payment.state, to, nextPoll: nextPollAt({ ...payment, state: to }, now), refunded: amount },
    now,
  )
  const entry = {
    paymentId: payment.id,
    from: payment.state,
    to,
    actor: 'gateway',
    reason: `${reason}: ${amount}`,
    at: now,
  }
  const [changed] = await Promise.all([changing, insertHistory(tx, entry)])
  if (changed === undefined) throw new Error(`payment ${payment.id} changed under its lock`)
  return changed
}
