import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  CONFIRM_WITHIN_MS,
  decidePayment,
  type AnsweredFact,
  type PaymentDecision,
} from './decide-payment.ts'
import { PAYMENT_TRANSITIONS, type Payment, type PaymentState } from './payment.ts'
import type { PaymentFact } from './ports.ts'

type Known = Exclude<PaymentFact, { state: 'not_found' }>

const CREATED = new Date('2026-03-01T03:00:00Z')
const EXPIRES = new Date('2026-03-01T04:00:00Z')
const LONG_AFTER = new Date('2026-03-03T04:00:00Z')

function paymentIn(state: PaymentState, change: Partial<Payment> = {}): Payment {
  const holdsMoney = ['PAID', 'PARTIALLY_REFUNDED', 'REFUNDED', 'CHARGEBACK'].includes(state)
  return {
    id: '0190',
    orderId: '0191',
    attempt: 1,
    gateway: 'midtrans',
    method: 'midtrans',
    reference: 'LP-A-1',
    amount: 15_000,
    payable: 15_000,
    bank: null,
    code: null,
    letGo: false,
    currency: 'IDR',
    state,
    bookedTo: holdsMoney ? 'order' : null,
    gatewayTransactionId: holdsMoney ? 'tx-1' : null,
    gatewayMethod: null,
    token: null,
    redirectUrl: null,
    qrString: null,
    vaNumber: null,
    received: holdsMoney ? 15_000 : null,
    refunded: 0,
    expiresAt: EXPIRES,
    paidAt: null,
    createdAt: CREATED,
    ...change,
  }
}

function fact(state: Known['state'], change: Partial<Known> = {}): Known {
  return {
    state,
    transactionId: 'tx-1',
    reference: 'LP-A-1',
    amount: 15_000,
    currency: 'IDR',
    merchantMatches: true,
    method: 'qris',
    at: CREATED,
    refunds: [],
    ...change,
  }
}

const decide = (payment: Payment, answer: AnsweredFact, now = CREATED, usedElsewhere = false) =>
  decidePayment(payment, answer, { now, usedElsewhere })

const STATES = Object.keys(PAYMENT_TRANSITIONS) as PaymentState[]
const FACTS = [
  'pending',
  'paid',
  'failed',
  'expired',
  'cancelled',
  'refunded',
  'partially_refunded',
  'chargeback',
  'partly_charged_back',
  'review',
] as const

test.each([
  ['PENDING', 'paid', 'paid'],
  ['CREATING', 'paid', 'paid'],
  ['EXPIRED', 'paid', 'paid'],
  ['CANCELLED', 'paid', 'paid'],
  ['FAILED', 'paid', 'paid'],
  ['REVIEW', 'paid', 'paid'],
  ['CREATING', 'pending', 'opened'],
  ['PENDING', 'pending', 'stay'],
  ['PENDING', 'failed', 'stay'],
  ['PENDING', 'expired', 'closed'],
  ['PENDING', 'review', 'review'],
  ['PENDING', 'refunded', 'review'],
  ['PENDING', 'chargeback', 'review'],
  ['REVIEW', 'cancelled', 'closed'],
  ['PAID', 'pending', 'stay'],
  ['PAID', 'expired', 'stay'],
  ['PAID', 'paid', 'stay'],
  ['PAID', 'refunded', 'returned'],
  ['PAID', 'partially_refunded', 'returned'],
  ['PAID', 'chargeback', 'taken_back'],
  ['PAID', 'partly_charged_back', 'returned'],
  ['PENDING', 'partly_charged_back', 'review'],
  ['PAID', 'failed', 'taken_back'],
  ['REFUNDED', 'refunded', 'stay'],
  ['CHARGEBACK', 'paid', 'stay'],
] as const)('%s and a %s fact: %s', (state, reported, kind) => {
  expect(decide(paymentIn(state), fact(reported)).kind).toBe(kind)
})

test('a cancel that nobody here remembers ends a code that was shown, never a page', () => {
  const cancelled = fact('cancelled')
  for (const shown of [{ qrString: 'qr' }, { vaNumber: '8800' }, { code: '77' }]) {
    expect(decide(paymentIn('PENDING', shown), cancelled)).toMatchObject({ kind: 'closed', to: 'CANCELLED' })
    expect(decide(paymentIn('PENDING', { ...shown, token: 'page' }), cancelled)).toEqual({ kind: 'stay' })
  }
  expect(decide(paymentIn('PENDING', { redirectUrl: 'https://page' }), cancelled)).toEqual({ kind: 'stay' })
})

test.each([0, -1, 1.5, 10_000_000_001, Number.MAX_VALUE])(
  'a sum of %d is no money: a person looks, nothing is to be booked, once',
  (amount) => {
    const odd = fact('paid', { amount })
    expect(decide(paymentIn('PENDING'), odd)).toMatchObject({ kind: 'review', money: false })
    expect(decide(paymentIn('PENDING'), { ...odd, state: 'refunded' })).toMatchObject({ money: false })
    expect(decide(paymentIn('REVIEW'), odd)).toEqual({ kind: 'stay' })
    expect(decide(paymentIn('PAID'), { ...odd, transactionId: 'tx-2' })).toEqual({ kind: 'stay' })
  },
)

test('a denied try leaves the attempt open until it expires', () => {
  expect(decide(paymentIn('PENDING'), fact('failed')).kind).toBe('stay')
  expect(decide(paymentIn('PENDING'), fact('failed'), EXPIRES)).toMatchObject({
    kind: 'closed',
    to: 'FAILED',
  })
})

test('a page that was never used expires on our clock, once it has died by itself', () => {
  const dead = new Date(EXPIRES.getTime() + 5 * 60_000)
  expect(decide(paymentIn('PENDING'), { state: 'not_found' }, new Date(dead.getTime() - 1)).kind).toBe('stay')
  expect(decide(paymentIn('PENDING'), { state: 'not_found' }, dead)).toMatchObject({
    kind: 'closed',
    to: 'EXPIRED',
  })
})

test.each([
  ['cancel', 'CANCELLED'],
  ['expire', 'EXPIRED'],
] as const)('a page that was closed on our wish (%s) ends the attempt at once', (asked, to) => {
  expect(decide(paymentIn('PENDING'), { state: 'not_found', asked })).toMatchObject({ kind: 'closed', to })
})

test('a transaction that the gateway calls open is believed for a day past its time', () => {
  const day = new Date(EXPIRES.getTime() + CONFIRM_WITHIN_MS)
  for (const asked of ['cancel', 'expire', undefined] as const) {
    const answer = asked === undefined ? fact('pending') : { ...fact('pending'), asked }
    expect(decide(paymentIn('PENDING'), answer, new Date(day.getTime() - 1)).kind).toBe('stay')
    expect(decide(paymentIn('PENDING'), answer, day)).toMatchObject({ kind: 'closed', to: 'EXPIRED' })
  }
})

test.each([
  ['amount', { amount: 14_999 }, true],
  ['amount', { amount: 15_001 }, true],
  ['currency', { currency: 'USD' }, false],
  ['merchant', { merchantMatches: false }, false],
  ['reference', { reference: 'LP-B-1' }, false],
] as const)('a wrong %s is never paid', (reason, change, money) => {
  for (const state of ['CREATING', 'PENDING', 'FAILED', 'EXPIRED', 'CANCELLED'] as const) {
    expect(decide(paymentIn(state), fact('paid', change))).toMatchObject({ kind: 'review', reason, money })
  }
})

test('a transaction that stands for another payment is never paid', () => {
  expect(decide(paymentIn('PENDING'), fact('paid'), CREATED, true)).toMatchObject({
    kind: 'review',
    reason: 'transaction_used',
  })
})

test.each([
  ['amount', { amount: 14_999 }, { payable: 14_999 }],
  ['currency', { currency: 'USD' }, { currency: 'USD' }],
  ['reference', { reference: 'LP-B-1' }, { reference: 'LP-B-1' }],
] as const)(
  'guard removed: were the %s not compared, the same fact would be paid',
  (_, change, neutralised) => {
    const wrong = fact('paid', change)
    expect(decide(paymentIn('PENDING'), wrong).kind).toBe('review')
    expect(decide(paymentIn('PENDING', neutralised), wrong).kind).toBe('paid')
  },
)

const anyState = fc.constantFrom(...STATES)
const anyTime = fc.constantFrom(CREATED, EXPIRES, LONG_AFTER)
const anyFact: fc.Arbitrary<AnsweredFact> = fc.oneof(
  fc.constant({ state: 'not_found' } as const),
  fc
    .record({
      state: fc.constantFrom(...FACTS),
      transactionId: fc.constantFrom('tx-1', 'tx-2', 'tx-3'),
      amount: fc.constantFrom(15_000, 14_999),
      currency: fc.constantFrom('IDR', 'IDR', 'USD'),
      merchantMatches: fc.boolean(),
      asked: fc.constantFrom('cancel', 'expire', undefined),
    })
    .map(({ asked, ...change }) =>
      asked === undefined ? fact(change.state, change) : { ...fact(change.state, change), asked },
    ),
)

/** The payment after a decision, as `applyFact` writes it. */
function after(payment: Payment, decision: PaymentDecision): Payment {
  switch (decision.kind) {
    case 'stay':
    case 'double':
      return payment
    case 'opened':
      return { ...payment, state: 'PENDING' }
    case 'closed':
      return { ...payment, state: decision.to }
    case 'paid':
      return {
        ...payment,
        state: 'PAID',
        bookedTo: 'order',
        received: decision.fact.amount,
        gatewayTransactionId: decision.fact.transactionId,
      }
    case 'review': {
      const money = {
        bookedTo: 'suspense' as const,
        received: decision.fact.amount,
        gatewayTransactionId: decision.fact.transactionId,
      }
      return { ...payment, state: 'REVIEW', ...(decision.money ? money : {}) }
    }
    case 'returned':
      return { ...payment, state: decision.fact.state === 'refunded' ? 'REFUNDED' : 'PARTIALLY_REFUNDED' }
    case 'taken_back':
      return { ...payment, state: 'CHARGEBACK' }
  }
}

test('every decision is a known transition', () => {
  fc.assert(
    fc.property(anyState, anyFact, anyTime, fc.boolean(), (state, answer, now, usedElsewhere) => {
      const next = after(paymentIn(state), decide(paymentIn(state), answer, now, usedElsewhere)).state
      expect(next === state || PAYMENT_TRANSITIONS[state].includes(next)).toBe(true)
    }),
  )
})

test('no order of facts takes back that money arrived, and money is counted once', () => {
  const history = fc.array(fc.tuple(anyFact, anyTime, fc.boolean()), { maxLength: 30 })
  fc.assert(
    fc.property(history, (facts) => {
      let payment = paymentIn('CREATING')
      let receipts = 0
      for (const [answer, now, usedElsewhere] of facts) {
        const decision = decide(payment, answer, now, usedElsewhere)
        if (decision.kind === 'paid' || (decision.kind === 'review' && decision.money)) receipts += 1
        const next = after(payment, decision)
        expect([null, next.bookedTo]).toContain(payment.bookedTo)
        payment = next
      }
      expect(receipts).toBeLessThanOrEqual(1)
      expect(receipts === 1).toBe(payment.bookedTo !== null)
    }),
    { numRuns: 1_000 },
  )
})

test('the same fact again moves no more money', () => {
  fc.assert(
    fc.property(anyState, anyFact, anyTime, fc.boolean(), (state, answer, now, usedElsewhere) => {
      const first = decide(paymentIn(state), answer, now, usedElsewhere)
      const second = decide(after(paymentIn(state), first), answer, now, usedElsewhere)
      expect(second.kind).not.toBe('paid')
      expect(first.kind === 'review' && second.kind === 'review' && second.money).toBe(false)
    }),
  )
})

test('nothing is paid unless the sum, the currency and the merchant fit', () => {
  fc.assert(
    fc.property(anyState, anyFact, anyTime, fc.boolean(), (state, answer, now, usedElsewhere) => {
      const decision = decide(paymentIn(state), answer, now, usedElsewhere)
      if (decision.kind !== 'paid') return
      expect(decision.fact).toMatchObject({
        state: 'paid',
        amount: 15_000,
        currency: 'IDR',
        merchantMatches: true,
      })
      expect(usedElsewhere).toBe(false)
    }),
  )
})
