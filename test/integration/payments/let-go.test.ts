import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  applyFact,
  bookReceived,
  cancelPayment,
  expirePayment,
  openPayment,
  paymentGateways,
  type Payment,
  type PaymentFact,
  type PaymentGateway,
} from '#payments'
import { err, ok } from '#shared/result.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { arrangePayment, brokenMoneyRules, EXPIRES_AT, historyOf, NOW, openTasks } from './order-fixture.ts'

const AMOUNT = 15_000

let database: TestDatabase
let now = NOW
let state: 'pending' | 'paid' | 'failed' | 'not_found' | 'unavailable' = 'pending'

/** A gateway that can neither cancel nor expire, as aggregators are: what it says is set by the tests. */
const stubborn: PaymentGateway = {
  id: 'midtrans',
  methods: [],
  open: async () => ok({ qrString: 'qr', gatewayTransactionId: transactionId }),
  ask: async (attempt) => {
    if (state === 'unavailable') return err({ code: 'unavailable', detail: 'no answer' })
    return ok(factOf(attempt.reference, state))
  },
  cancel: async () => err({ code: 'unsupported', detail: 'no such call' }),
  expire: async () => err({ code: 'unsupported', detail: 'no such call' }),
  refund: async () => ({ state: 'not_possible', detail: 'no such call' }),
  readMessage: () => err({ code: 'forged', detail: 'none' }),
  probe: async () => ({ ok: true, detail: '' }),
}
let transactionId = ''
let counter = 0

function factOf(reference: string, answered: Exclude<typeof state, 'unavailable'>): PaymentFact {
  if (answered === 'not_found') return { state: 'not_found' }
  return {
    state: answered,
    transactionId,
    reference,
    amount: AMOUNT,
    currency: 'IDR',
    merchantMatches: true,
    method: 'qris',
    at: now,
    refunds: [],
  }
}

const deps = () => ({
  db: database.db,
  gateways: paymentGateways([stubborn]),
  clock: { now: () => now },
})

beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(() => {
  now = NOW
  state = 'pending'
  counter += 1
  transactionId = `T-${counter}`
})
afterAll(() => database.drop())

async function waiting(): Promise<Payment> {
  const { payment } = await arrangePayment(database, AMOUNT)
  const opened = await openPayment(deps(), {
    payment,
    items: [],
    customer: { name: 'Budi', email: 'budi@example.com', phone: '' },
    returnUrl: 'https://shop.example/track/abc',
  })
  if (!opened.ok) throw new Error(opened.error.detail)
  return opened.value
}

async function apply(payment: Payment, answer: Awaited<ReturnType<typeof cancelPayment>>) {
  if (!answer.ok) throw new Error(answer.error.detail)
  const { fact } = answer.value
  return await database.db.transaction('test.apply', { role: 'worker' }, (tx) =>
    applyFact(tx, payment, fact, { now }),
  )
}

async function nextPollOf(payment: Payment): Promise<Date | null> {
  const [row] = await queryAs<{ at: Date | null }>(
    database.url,
    'select next_poll_at as at from payments where id = $1',
    [payment.id],
  )
  return row?.at ?? null
}

const minutesAfterExpiry = (minutes: number) => new Date(EXPIRES_AT.getTime() + minutes * 60_000)

test.each(['pending', 'not_found', 'failed'] as const)(
  'cancelling a payment that its gateway calls %s lets it go, and the poller goes on asking',
  async (answered) => {
    const payment = await waiting()
    state = answered
    expect(await apply(payment, await cancelPayment(deps(), payment))).toMatchObject({
      kind: 'closed',
      state: 'CANCELLED',
    })
    const next = await nextPollOf(payment)
    expect(next?.getTime()).toBeGreaterThan(now.getTime())
    expect(next?.getTime()).toBeLessThanOrEqual(now.getTime() + 15 * 60_000)
  },
)

test('a code that was opened while its attempt was being ended is not let go by that', async () => {
  const { payment } = await arrangePayment(database, AMOUNT)
  const planned = { ...payment, state: 'CREATING', token: null, gatewayTransactionId: null } as Payment
  state = 'not_found'
  const ended = await cancelPayment(deps(), planned)
  const opened = await openPayment(deps(), {
    payment,
    items: [],
    customer: { name: 'Budi', email: 'budi@example.com', phone: '' },
    returnUrl: 'https://shop.example/track/abc',
  })
  expect(opened).toMatchObject({ ok: true })
  expect(await apply(planned, ended)).toMatchObject({ kind: 'unchanged', payment: { state: 'PENDING' } })
})

test('money that comes after a payment was let go is found and kept apart', async () => {
  const payment = await waiting()
  await apply(payment, await cancelPayment(deps(), payment))
  state = 'paid'
  const fact = factOf(payment.reference, 'paid')
  const applied = await database.db.transaction('test.apply', { role: 'worker' }, async (tx) => {
    const found = await applyFact(tx, payment, fact, { now })
    if (found.kind === 'paid_now')
      await bookReceived(tx, found.payment, 'suspense', { kind: 'cancelled_order', detail: '', now })
    return found
  })
  expect(applied).toMatchObject({ kind: 'paid_now', received: AMOUNT, from: 'CANCELLED' })
  expect(await openTasks(database, payment.id)).toEqual([{ kind: 'cancelled_order', amount: AMOUNT }])
  expect(await historyOf(database, payment.id)).toEqual([
    'NEW>CREATING',
    'CREATING>PENDING',
    'PENDING>CANCELLED',
    'CANCELLED>PAID',
  ])
  expect(await brokenMoneyRules(database)).toEqual([])
})

test.each(['cancel', 'expire'] as const)(
  'asked to %s a payment that was paid, it says paid',
  async (asked) => {
    const payment = await waiting()
    state = 'paid'
    const answer = await (asked === 'cancel' ? cancelPayment : expirePayment)(deps(), payment)
    expect(answer).toMatchObject({ ok: true, value: { fact: { state: 'paid' } } })
  },
)

test.each(['cancel', 'expire'] as const)(
  'asked to %s while it does not answer, nothing is let go',
  async (asked) => {
    const payment = await waiting()
    now = minutesAfterExpiry(5)
    state = 'unavailable'
    const answer = await (asked === 'cancel' ? cancelPayment : expirePayment)(deps(), payment)
    expect(answer).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  },
)

test('it expires two minutes after its end, not before: the last payers are still being reported', async () => {
  const payment = await waiting()
  now = new Date(minutesAfterExpiry(2).getTime() - 1)
  expect(await expirePayment(deps(), payment)).toMatchObject({ ok: false, error: { code: 'still_open' } })
  now = minutesAfterExpiry(2)
  expect(await apply(payment, await expirePayment(deps(), payment))).toMatchObject({
    kind: 'closed',
    state: 'EXPIRED',
  })
  expect(await nextPollOf(payment)).toEqual(minutesAfterExpiry(5))
})
