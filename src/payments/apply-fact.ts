import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { postJournal } from '#ledger'
import { bookGatewayFee, bookReceived, clearingAccount, SUSPENSE } from './book-received.ts'
import type { KnownFact } from './check-fact.ts'
import { decidePayment, type AnsweredFact, type PaymentDecision } from './decide-payment.ts'
import { openException, type PaymentExceptionKind } from './exception-store.ts'
import { broughtBy, keptOf, netOf, receivedOf } from './gateway-fee.ts'
import type { HeldPayment, Payment, PaymentState } from './payment.ts'
import {
  changePayment,
  insertHistory,
  isTransactionUsed,
  lockPayment,
  storeKept,
  storeNextPoll,
  type PaymentChange,
} from './payment-store.ts'
import { nextPollAt } from './poll-plan.ts'
import { recordReturns, settleByTakingBack, takeToDisputes } from './record-returns.ts'
import type { Refund } from './refund.ts'

/** What a fact changed. `payment` is the row as it is now. */
export type AppliedFact =
  | { kind: 'unchanged'; payment: Payment }
  | { kind: 'opened'; payment: Payment }
  /** Money arrived: the caller books it with `bookReceived`, in this transaction. `from` tells a late one. */
  | { kind: 'paid_now'; payment: HeldPayment; received: number; from: PaymentState }
  | { kind: 'closed'; payment: Payment; state: 'FAILED' | 'EXPIRED' | 'CANCELLED' }
  /** A person has to look; money that arrived is in suspense already. */
  | { kind: 'review'; payment: Payment; reason: string }
  /** Paid once more; the surplus is in suspense already, with a task. */
  | { kind: 'double'; payment: Payment; amount: number; transactionId: string }
  /** Money went back; `settled` are refunds of ours that are done by it. */
  | { kind: 'refunded'; payment: Payment; settled: readonly Refund[] }
  /** The bank took the money back; what no refund of ours was giving back anyway is in disputes, with a task. */
  | { kind: 'taken_back'; payment: Payment; by: 'chargeback' | 'reversal'; settled: readonly Refund[] }

/**
 * Applies what the gateway said to a payment: decision, conditional update, history, next poll, and every booking
 * except that of `paid_now`. Reads the payment again under a lock, so a stale `payment` does no harm, and the same
 * fact again changes nothing. Lock the order's row first, then call this. Worker transactions only.
 */
export async function applyFact(
  tx: Tx,
  payment: Payment,
  fact: AnsweredFact,
  { now }: { now: Date },
): Promise<AppliedFact> {
  const locking = lockPayment(tx, payment.id)
  const using =
    fact.state === 'not_found'
      ? false
      : isTransactionUsed(tx, payment.gateway, fact.transactionId, payment.id)
  const [current, usedElsewhere] = await Promise.all([locking, using])
  if (current === undefined) throw new Error(`no payment ${payment.id}`)
  const decision = decidePayment(current, answerFor(current, payment, fact), { now, usedElsewhere })
  if (decision.kind === 'stay') await learnKept(tx, current, fact)
  return await carryOut(tx, current, decision, now)
}

/**
 * A page, code or number that was opened after we asked for the end was not closed by that: then nothing was asked about
 * it. Not every gateway has a token; each names its transaction.
 */
function answerFor(current: Payment, asked: Payment, fact: AnsweredFact): AnsweredFact {
  const { token, gatewayTransactionId: transaction } = current
  const isOpenedSince =
    (token !== null && token !== asked.token) ||
    (transaction !== null && transaction !== asked.gatewayTransactionId)
  return fact.state === 'not_found' && isOpenedSince ? { state: 'not_found' } : fact
}

/** Some gateways say what they kept only after they said that it was paid. */
async function learnKept(tx: Tx, payment: HeldPayment, fact: AnsweredFact): Promise<void> {
  const { received } = payment
  if (received === null || payment.bookedTo === null || payment.gatewayFee !== null) return
  if (fact.state !== 'paid' || fact.transactionId !== payment.gatewayTransactionId) return
  const net = netOf(fact)
  if (net === undefined) return
  const gatewayFee = keptOf(received, net)
  const isNew = await storeKept(tx, payment.id, { net, gatewayFee })
  if (isNew) await bookGatewayFee(tx, payment, gatewayFee)
}

async function carryOut(
  tx: Tx,
  payment: HeldPayment,
  decision: PaymentDecision,
  now: Date,
): Promise<AppliedFact> {
  switch (decision.kind) {
    case 'stay':
      await storeNextPoll(tx, payment.id, payment.state, nextPollAt(payment, now))
      return { kind: 'unchanged', payment }
    case 'opened':
      return {
        kind: 'opened',
        payment: await move(tx, payment, { to: 'PENDING' }, 'known at the gateway', now),
      }
    case 'closed': {
      const closed = await move(tx, payment, closing(decision), decision.reason, now)
      return { kind: 'closed', payment: closed, state: decision.to }
    }
    case 'paid': {
      const brought = receivedBy(payment, decision.fact)
      const paid = await move(tx, payment, { to: 'PAID', ...brought }, 'paid', now)
      return { kind: 'paid_now', payment: paid, received: brought.received, from: payment.state }
    }
    case 'review':
      return await putUnderReview(tx, payment, decision, now)
    case 'double':
      return await bookSurplus(tx, payment, decision.fact, now)
    case 'returned':
      return await giveBack(tx, payment, decision.fact, now)
    case 'taken_back':
      return await recordTakenBack(tx, payment, decision.by, now)
  }
}

type Received = Pick<PaymentChange, 'transactionId' | 'gatewayMethod' | 'paidAt' | 'net' | 'gatewayFee'> & {
  received: number
}

function receivedBy(payment: HeldPayment, fact: KnownFact): Received {
  return {
    transactionId: fact.transactionId,
    gatewayMethod: fact.method,
    paidAt: fact.at,
    ...broughtBy(payment, fact),
  }
}

function closing({
  to,
  letGo,
}: Extract<PaymentDecision, { kind: 'closed' }>): Pick<PaymentChange, 'to' | 'letGo'> {
  return letGo === undefined ? { to } : { to, letGo }
}

async function move(
  tx: Tx,
  payment: Payment,
  change: Omit<PaymentChange, 'from' | 'nextPoll'>,
  reason: string,
  now: Date,
): Promise<HeldPayment> {
  const after = {
    ...payment,
    state: change.to,
    letGo: payment.letGo || change.letGo === true,
    paidAt: change.paidAt ?? payment.paidAt,
    gatewayMethod: change.gatewayMethod ?? payment.gatewayMethod,
  }
  const changing = changePayment(
    tx,
    payment.id,
    { ...change, from: payment.state, nextPoll: nextPollAt(after, now) },
    now,
  )
  const entry = {
    paymentId: payment.id,
    from: payment.state,
    to: change.to,
    actor: 'gateway',
    reason,
    at: now,
  }
  const [changed] = await Promise.all([changing, insertHistory(tx, entry)])
  if (changed === undefined) throw new Error(`payment ${payment.id} changed under its lock`)
  return changed
}

async function putUnderReview(
  tx: Tx,
  payment: HeldPayment,
  { fact, money, reason }: Extract<PaymentDecision, { kind: 'review' }>,
  now: Date,
): Promise<AppliedFact> {
  const change = { to: 'REVIEW' as const, ...(money ? receivedBy(payment, fact) : {}) }
  const reviewed = await move(tx, payment, change, `review: ${reason}`, now)
  const detail = `${reason}: transaction ${fact.transactionId} of ${fact.amount} ${fact.currency}, expected ${payment.payable}`
  if (money) {
    const kind: PaymentExceptionKind = reason === 'returned' ? 'reversed' : 'amount_mismatch'
    await bookReceived(tx, reviewed, 'suspense', { kind, detail, now })
    return { kind: 'review', reason, payment: { ...reviewed, bookedTo: 'suspense' } }
  }
  if (reason !== 'gateway_review') {
    await openException(tx, { paymentId: payment.id, kind: 'foreign', amount: 0, detail, now })
  }
  return { kind: 'review', reason, payment: reviewed }
}

async function bookSurplus(tx: Tx, payment: Payment, fact: KnownFact, now: Date): Promise<AppliedFact> {
  const amount = receivedOf(payment, fact)
  await storeNextPoll(tx, payment.id, payment.state, nextPollAt(payment, now))
  const posted = await postJournal(tx, {
    id: newId(),
    businessKey: `payment:${payment.id}:double:${fact.transactionId}`,
    kind: 'payment.double',
    transfers: [{ debit: clearingAccount(payment.gateway), credit: SUSPENSE, amount }],
  })
  if (posted === 'repeated') return { kind: 'unchanged', payment }
  const detail = `paid again: transaction ${fact.transactionId} of ${fact.amount} ${fact.currency}`
  await openException(tx, { paymentId: payment.id, kind: 'double', amount, detail, now })
  return { kind: 'double', payment, amount, transactionId: fact.transactionId }
}

async function giveBack(tx: Tx, payment: Payment, fact: KnownFact, now: Date): Promise<AppliedFact> {
  const { payment: current, settled } = await recordReturns(tx, payment, fact, now)
  if (current !== payment) return { kind: 'refunded', payment: current, settled }
  await storeNextPoll(tx, payment.id, payment.state, nextPollAt(payment, now))
  return { kind: 'unchanged', payment }
}

async function recordTakenBack(
  tx: Tx,
  payment: Payment,
  by: 'chargeback' | 'reversal',
  now: Date,
): Promise<AppliedFact> {
  const { payment: rest, settled } = await settleByTakingBack(tx, payment, by, now)
  if (rest.state === 'REFUNDED') return { kind: 'taken_back', payment: rest, by, settled }
  const taken = await move(tx, rest, { to: 'CHARGEBACK' }, by, now)
  const amount = (rest.received ?? 0) - rest.refunded
  if (amount > 0) {
    await takeToDisputes(tx, payment, by, amount)
    const kind = by === 'chargeback' ? 'chargeback' : 'reversed'
    await openException(tx, {
      paymentId: payment.id,
      kind,
      amount,
      detail: `${by} of transaction ${payment.gatewayTransactionId}`,
      now,
    })
  }
  return { kind: 'taken_back', payment: taken, by, settled }
}
