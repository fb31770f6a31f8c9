import { MAX_RUPIAH } from '#shared/money.ts'
import { findMismatch, type KnownFact, type Mismatch } from './check-fact.ts'
import type { Payment, PaymentState } from './payment.ts'
import type { PaymentFact } from './ports.ts'

/** A fact that answers a wish of ours to end the payment, or one that was only asked for. */
export type AnsweredFact = PaymentFact & {
  asked?: 'cancel' | 'expire'
  /** The gateway cannot end it, so it may be paid later all the same. */
  isLetGo?: boolean
}

/** What a fact means for a payment. */
export type PaymentDecision =
  | { kind: 'stay' }
  /** The gateway knows the attempt: the buyer can pay. */
  | { kind: 'opened' }
  | { kind: 'paid'; fact: KnownFact }
  | { kind: 'closed'; to: 'FAILED' | 'EXPIRED' | 'CANCELLED'; reason: string; letGo?: boolean }
  /** A person has to look; `money` says whether the fact's amount arrived and must be booked. */
  | { kind: 'review'; fact: KnownFact; money: boolean; reason: Mismatch | 'returned' | 'gateway_review' }
  /** A second transaction was paid for the same attempt. */
  | { kind: 'double'; fact: KnownFact }
  | { kind: 'returned'; fact: KnownFact }
  | { kind: 'taken_back'; fact: KnownFact; by: 'chargeback' | 'reversal' }

/** What the tables below can say; the rules that need more than two states are in `decidePayment`. */
type Move =
  | 'stay'
  | 'wait'
  | 'absent'
  | 'pay'
  | 'fail'
  | 'expire'
  | 'cancel'
  | 'review'
  | 'returned_unseen'
  | 'second'
  | 'return'
  | 'chargeback'
  | 'reverse'
type Moves = Readonly<Record<PaymentFact['state'], Move>>

const UNPAID: Moves = {
  not_found: 'absent',
  pending: 'wait',
  paid: 'pay',
  failed: 'fail',
  expired: 'expire',
  cancelled: 'cancel',
  refunded: 'returned_unseen',
  partially_refunded: 'returned_unseen',
  chargeback: 'returned_unseen',
  partly_charged_back: 'returned_unseen',
  review: 'review',
}
/** Ended without money: only money, or a doubt about money, opens it again. */
const ENDED: Moves = {
  ...UNPAID,
  not_found: 'stay',
  pending: 'stay',
  failed: 'stay',
  expired: 'stay',
  cancelled: 'stay',
}
const HELD: Moves = {
  ...UNPAID,
  not_found: 'stay',
  pending: 'stay',
  refunded: 'return',
  partially_refunded: 'return',
  chargeback: 'chargeback',
  partly_charged_back: 'return',
  review: 'stay',
}
const RECEIVED: Moves = {
  not_found: 'stay',
  pending: 'stay',
  paid: 'second',
  failed: 'reverse',
  expired: 'stay',
  cancelled: 'reverse',
  refunded: 'return',
  partially_refunded: 'return',
  chargeback: 'chargeback',
  partly_charged_back: 'return',
  review: 'stay',
}
/** All money went back: only a further payment matters. */
const RETURNED: Moves = {
  ...RECEIVED,
  failed: 'stay',
  cancelled: 'stay',
  refunded: 'stay',
  partially_refunded: 'stay',
  chargeback: 'stay',
  partly_charged_back: 'stay',
}

/** Check 8: what each fact may do in each state. */
const MOVES: Readonly<Record<PaymentState, Moves>> = {
  CREATING: UNPAID,
  PENDING: UNPAID,
  FAILED: ENDED,
  EXPIRED: ENDED,
  CANCELLED: ENDED,
  REVIEW: HELD,
  PAID: RECEIVED,
  PARTIALLY_REFUNDED: RECEIVED,
  REFUNDED: RETURNED,
  CHARGEBACK: RETURNED,
}

/**
 * A gateway has this long after the end of a payment to say that it has ended. It is believed until then: what it
 * calls open can be paid. Afterwards the order is let go on our clock, and money that comes yet is late money.
 */
export const CONFIRM_WITHIN_MS = 24 * 3_600_000
/** The shortest life of a page is five minutes, however late it was opened: past this a page has died by itself. */
const PAGE_LIFE_MS = 5 * 60_000

const STAY = { kind: 'stay' } as const
const LET_GO = 'let go: its gateway cannot end it'

/**
 * What a fact means for a payment at a moment. Pure: no fact, in whatever order, takes back that money arrived,
 * and applying the same decision again changes nothing.
 * `usedElsewhere` says that another payment stands for the fact's transaction.
 */
export function decidePayment(
  payment: Payment,
  fact: AnsweredFact,
  moment: { now: Date; usedElsewhere: boolean },
): PaymentDecision {
  const move = MOVES[payment.state][fact.state]
  const isOver = moment.now >= payment.expiresAt
  switch (move) {
    case 'stay':
      return STAY
    case 'absent':
      return decideAbsent(payment, fact, moment.now)
    case 'wait':
      return decideWaiting(payment, moment.now)
    case 'fail':
      // The page lets the buyer try again with another method until it expires.
      return isOver || payment.state === 'REVIEW' ? close(payment, 'FAILED', 'failed at the gateway') : STAY
    case 'expire':
      return close(payment, 'EXPIRED', 'expired at the gateway')
    case 'cancel':
      // Changing the method on a page cancels a transaction, too: there, only our own wish or the page's end counts.
      if (fact.asked === undefined && !isOver && payment.state !== 'REVIEW' && !isCharge(payment)) return STAY
      return close(payment, 'CANCELLED', 'cancelled at the gateway')
    default:
      return fact.state === 'not_found' ? STAY : decideMoney(payment, fact, move, moment.usedElsewhere)
  }
}

/** Whether the buyer was shown one code or number: it is dead once it is cancelled, and a page can show another. */
function isCharge({ token, qrString, vaNumber, code }: Payment): boolean {
  return token === null && [qrString, vaNumber, code].some((way) => way !== null)
}

/** An absent payment that we asked to end has no open page; one that was only asked about may have. */
function decideAbsent(payment: Payment, { asked, isLetGo }: AnsweredFact, now: Date): PaymentDecision {
  if (isLetGo && asked !== undefined) {
    const ended = close(payment, asked === 'cancel' ? 'CANCELLED' : 'EXPIRED', LET_GO)
    return ended.kind === 'closed' ? { ...ended, letGo: true } : ended
  }
  if (asked === 'cancel') return close(payment, 'CANCELLED', 'cancelled before a method was chosen')
  if (asked === 'expire' || now.getTime() >= payment.expiresAt.getTime() + PAGE_LIFE_MS)
    return close(payment, 'EXPIRED', 'no method was chosen in time')
  return STAY
}

function decideWaiting(payment: Payment, now: Date): PaymentDecision {
  if (now.getTime() >= payment.expiresAt.getTime() + CONFIRM_WITHIN_MS) {
    return close(payment, 'EXPIRED', 'not paid in time')
  }
  return payment.state === 'CREATING' ? { kind: 'opened' } : STAY
}

/** Ends an attempt that holds no money; one with money stays where it is. */
function close(payment: Payment, to: 'FAILED' | 'EXPIRED' | 'CANCELLED', reason: string): PaymentDecision {
  return payment.bookedTo === null ? { kind: 'closed', to, reason } : STAY
}

type MoneyMove = 'pay' | 'review' | 'returned_unseen' | 'second' | 'return' | 'chargeback' | 'reverse'

function decideMoney(
  payment: Payment,
  fact: KnownFact,
  move: MoneyMove,
  usedElsewhere: boolean,
): PaymentDecision {
  switch (move) {
    case 'pay':
      if (payment.bookedTo !== null) return decideSecond(payment, fact, usedElsewhere)
      return decidePaid(payment, fact, usedElsewhere)
    case 'second':
      return decideSecond(payment, fact, usedElsewhere)
    case 'review':
      return { kind: 'review', fact, money: false, reason: 'gateway_review' }
    case 'returned_unseen':
      return decideReturnedUnseen(payment, fact, usedElsewhere)
    case 'return':
    case 'chargeback':
    case 'reverse':
      if (payment.bookedTo === null) return decideReturnedUnseen(payment, fact, usedElsewhere)
      if (fact.transactionId !== payment.gatewayTransactionId) return STAY
      if (move === 'return') return { kind: 'returned', fact }
      return { kind: 'taken_back', fact, by: move === 'chargeback' ? 'chargeback' : 'reversal' }
  }
}

function decidePaid(payment: Payment, fact: KnownFact, usedElsewhere: boolean): PaymentDecision {
  const mismatch = findMismatch(payment, fact, usedElsewhere)
  return mismatch === undefined ? { kind: 'paid', fact } : review(payment, fact, mismatch)
}

/** Paid and given back before we saw either: real money, but nothing may be delivered for it. */
function decideReturnedUnseen(payment: Payment, fact: KnownFact, usedElsewhere: boolean): PaymentDecision {
  const mismatch = findMismatch(payment, fact, usedElsewhere)
  return review(payment, fact, mismatch === undefined || mismatch === 'amount' ? 'returned' : mismatch)
}

function review(payment: Payment, fact: KnownFact, reason: Mismatch | 'returned'): PaymentDecision {
  const money = (reason === 'amount' || reason === 'returned') && isMoney(fact.amount)
  return payment.state === 'REVIEW' && !money ? STAY : { kind: 'review', fact, money, reason }
}

/** Money beyond the first payment. Its sum does not matter, its owner does. */
function decideSecond(payment: Payment, fact: KnownFact, usedElsewhere: boolean): PaymentDecision {
  if (fact.transactionId === payment.gatewayTransactionId) return STAY
  const mismatch = findMismatch(payment, fact, usedElsewhere)
  const isOurs = mismatch === undefined || mismatch === 'amount'
  return isOurs && isMoney(fact.amount) ? { kind: 'double', fact } : STAY
}

/** Whether a sum can be real money: nothing, less than nothing, or more than any shop sees is a slip of the gateway. */
function isMoney(amount: number): boolean {
  return Number.isSafeInteger(amount) && amount > 0 && amount <= MAX_RUPIAH
}
