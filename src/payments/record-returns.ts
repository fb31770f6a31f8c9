import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { hasJournal, postJournal } from '#ledger'
import { clearingAccount, DISPUTES } from './book-received.ts'
import type { KnownFact } from './check-fact.ts'
import { openException, openExceptionOnce } from './exception-store.ts'
import type { Payment } from './payment.ts'
import type { Refund } from './refund.ts'
import { selectRefunds } from './refund-store.ts'
import { addRefunded, settleRefund } from './settle-refund.ts'

/** One refund as the gateway lists it. */
type Made = { key: string; amount: number }
/** The payment as it is now; `settled` are refunds of ours that are done by it. */
type Returns = { payment: Payment; settled: Refund[] }

/**
 * Follows the refunds that the gateway lists: ours by their key; one that somebody made in the gateway's dashboard
 * stands in for an unsettled one of ours of the same amount; any other is booked to disputes with a task. Each is
 * counted once, however often it is listed. A partial chargeback without its sum moves no money and opens a task.
 * The caller holds the payment's lock; the same payment means no change.
 */
export async function recordReturns(tx: Tx, payment: Payment, fact: KnownFact, now: Date): Promise<Returns> {
  const refunds = await selectRefunds(tx, payment.id, payment.orderId)
  const listed = returnsOf(payment, fact)
  const listedKeys = new Set(listed.map(({ key }) => key))
  const open = refunds.filter(({ state }) => state !== 'DONE')
  const own = open.filter(({ refundKey }) => listedKeys.has(refundKey))
  const ours = await settleAll(tx, payment, own, now)
  // A refund that was settled by another key and then came through itself is money that went twice.
  const counted = new Set(refunds.map((refund) => refund.settledAs ?? refund.refundKey))
  const foreign = listed.filter(({ key }) => !counted.has(key))
  const waiting = open.filter((refund) => !own.includes(refund))
  if (fact.state === 'partly_charged_back' && foreign.length === 0) {
    const detail = `partial chargeback of transaction ${fact.transactionId}, its sum is not known`
    await openExceptionOnce(tx, { paymentId: payment.id, kind: 'chargeback', detail, now })
  }
  return await recordForeign(tx, ours, { foreign, waiting, now })
}

async function recordForeign(
  tx: Tx,
  returns: Returns,
  { foreign, waiting, now }: { foreign: readonly Made[]; waiting: readonly Refund[]; now: Date },
): Promise<Returns> {
  let { payment, settled } = returns
  let unsettled = waiting
  for (const made of foreign) {
    const amount = Math.min(made.amount, (payment.received ?? 0) - payment.refunded)
    if (amount <= 0 || (await hasJournal(tx, disputeKey(payment, eventOf(made))))) continue
    const matching = findMatching(unsettled, amount)
    if (matching.length === 0) {
      payment = await bookOutsideRefund(tx, payment, { made, amount, now })
      continue
    }
    const given = { settledAs: made.key, detail: `given back at the gateway as ${made.key}` }
    const stoodIn = await settleAll(
      tx,
      payment,
      matching.map((refund) => ({ ...refund, ...given })),
      now,
    )
    payment = stoodIn.payment
    settled = [...settled, ...stoodIn.settled]
    unsettled = unsettled.filter((refund) => !matching.includes(refund))
  }
  return { payment, settled }
}

/** The refund that this amount stands in for, or all of them when it covers them exactly. */
function findMatching(unsettled: readonly Refund[], amount: number): readonly Refund[] {
  const equal = unsettled.find((refund) => refund.amount === amount)
  if (equal !== undefined) return [equal]
  return unsettled.reduce((sum, refund) => sum + refund.amount, 0) === amount ? unsettled : []
}

async function settleAll(tx: Tx, payment: Payment, refunds: readonly Refund[], now: Date): Promise<Returns> {
  let current = payment
  for (const refund of refunds) current = await settleRefund(tx, current, refund, now)
  return { payment: current, settled: [...refunds] }
}

/** A full refund without a list is one refund of everything. */
function returnsOf(payment: Payment, fact: KnownFact): readonly Made[] {
  if (fact.refunds.length > 0 || fact.state !== 'refunded') return fact.refunds
  return [{ key: 'everything', amount: payment.received ?? 0 }]
}

/**
 * Lets money that a bank took back stand in for refunds of ours that are not done: its owner does not get it twice, by the
 * gateway or by hand. `settled` are those refunds. The caller holds the payment's lock.
 */
export async function settleByTakingBack(
  tx: Tx,
  payment: Payment,
  by: 'chargeback' | 'reversal',
  now: Date,
): Promise<Returns> {
  const refunds = await selectRefunds(tx, payment.id, payment.orderId)
  let left = (payment.received ?? 0) - payment.refunded
  const owed = refunds.filter(({ state, amount }) => {
    const fits = state !== 'DONE' && amount <= left
    if (fits) left -= amount
    return fits
  })
  const given = { settledAs: by, detail: `taken back by ${by}` }
  return await settleAll(
    tx,
    payment,
    owed.map((refund) => ({ ...refund, ...given })),
    now,
  )
}

async function bookOutsideRefund(
  tx: Tx,
  payment: Payment,
  { made, amount, now }: { made: Made; amount: number; now: Date },
): Promise<Payment> {
  await takeToDisputes(tx, payment, eventOf(made), amount)
  const detail = `refund ${made.key} of ${made.amount} was not asked for by Lapak`
  await openException(tx, { paymentId: payment.id, kind: 'outside_refund', amount, detail, now })
  return await addRefunded(tx, payment, amount, 'refunded outside of Lapak', now)
}

/** Books money that somebody else took back. `event` names what happened to the payment, once. */
export async function takeToDisputes(tx: Tx, payment: Payment, event: string, amount: number): Promise<void> {
  await postJournal(tx, {
    id: newId(),
    businessKey: disputeKey(payment, event),
    kind: 'payment.disputed',
    transfers: [{ debit: DISPUTES, credit: clearingAccount(payment.gateway), amount }],
  })
}

/** The business key of money that somebody else took back. */
export function disputeKey(payment: Pick<Payment, 'id'>, event: string): string {
  return `payment:${payment.id}:${event}`
}

function eventOf(made: Made): string {
  return `outside_refund:${made.key}`
}
