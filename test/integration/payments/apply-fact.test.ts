import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import {
  applyFact,
  bookReceived,
  findPaymentForView,
  PAYMENT_TRANSITIONS,
  type AppliedFact,
  type AnsweredFact,
  type Payment,
  type PaymentFact,
} from '#payments'
import { newId } from '#platform/ids.ts'
import { insertHistory, storeOpened } from '../../../src/payments/payment-store.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import {
  arrangePayment,
  balances,
  brokenMoneyRules,
  EXPIRES_AT,
  historyOf,
  NOW,
  openTasks,
  type Arranged,
} from './order-fixture.ts'

type Known = Exclude<PaymentFact, { state: 'not_found' }>

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(async () => expect(await brokenMoneyRules(database)).toEqual([]))
afterAll(() => database.drop())

function factOf({ payment }: Arranged, change: Partial<Known> = {}): Known {
  return {
    state: 'paid',
    transactionId: `tx-${payment.id}`,
    reference: payment.reference,
    amount: payment.amount,
    currency: 'IDR',
    merchantMatches: true,
    method: 'qris',
    at: NOW,
    refunds: [],
    ...change,
  }
}

/** Applies a fact as the orders module does: lock, apply, book what arrived. */
async function apply({ payment }: Arranged, fact: AnsweredFact, now = NOW): Promise<AppliedFact> {
  return await database.db.transaction('test.apply', { role: 'worker' }, async (tx) => {
    const applied = await applyFact(tx, payment as Payment, fact, { now })
    if (applied.kind === 'paid_now') await bookReceived(tx, applied.payment, 'order')
    return applied
  })
}

/** Records that a page was found again by a transaction that nobody has paid yet. */
async function openedAs(
  { payment: { id: paymentId } }: Arranged,
  gatewayTransactionId: string,
): Promise<void> {
  const entry = {
    paymentId,
    from: 'CREATING',
    to: 'PENDING',
    actor: 'gateway',
    reason: 'opened',
    at: NOW,
  } as const
  await database.db.transaction('test.opened', { role: 'worker' }, async (tx) => {
    await storeOpened(tx, paymentId, { gatewayTransactionId }, null, NOW)
    await insertHistory(tx, entry)
  })
}

async function stateOf(arranged: Arranged): Promise<string> {
  const actor = { role: 'web', tokenHash: arranged.tokenHash } as const
  const view = await database.db.transaction('test.view', actor, (tx) =>
    findPaymentForView(tx, arranged.orderId),
  )
  return view?.payment.state ?? 'none'
}

async function nextPollOf({ payment }: Arranged): Promise<Date | null | undefined> {
  const rows = await queryAs<{ next: Date | null }>(
    database.url,
    'select next_poll_at as next from payments where id = $1',
    [payment.id],
  )
  return rows[0]?.next
}

async function movedBy(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await balances(database)
  await work()
  const after = await balances(database)
  const moved = Object.entries(after).map(([code, balance]) => [code, balance - (before[code] ?? 0)] as const)
  return Object.fromEntries(moved.filter(([, delta]) => delta !== 0))
}

test('the transitions in code and in the database are the same', async () => {
  const rows = await queryAs<{ from_state: string; to_state: string }>(
    database.url,
    `select from_state, to_state from order_transitions where subject = 'payment' and from_state <> 'NEW'`,
  )
  const inCode = Object.entries(PAYMENT_TRANSITIONS).flatMap(([from, list]) =>
    list.map((to) => `${from}>${to}`),
  )
  expect(inCode.sort()).toEqual(rows.map(({ from_state: from, to_state: to }) => `${from}>${to}`).sort())
})

test('a paid fact moves the state once and books the money once', async () => {
  const arranged = await arrangePayment(database)
  const first = await apply(arranged, factOf(arranged))
  expect(first).toMatchObject({
    kind: 'paid_now',
    received: 15_000,
    from: 'CREATING',
    payment: { state: 'PAID', gatewayMethod: 'qris' },
  })
  expect(await movedBy(() => apply(arranged, factOf(arranged)))).toEqual({})
  expect(await historyOf(database, arranged.payment.id)).toEqual(['NEW>CREATING', 'CREATING>PAID'])
})

test('the money of an order stands against the gateway', async () => {
  const arranged = await arrangePayment(database)
  expect(await movedBy(() => apply(arranged, factOf(arranged)))).toEqual({
    'gateway:midtrans': -15_000,
    'orders:unearned': 15_000,
  })
})

test('fifty copies of one fact at once pay once', async () => {
  const arranged = await arrangePayment(database)
  const moved = await movedBy(async () => {
    const applied = await Promise.all(Array.from({ length: 50 }, () => apply(arranged, factOf(arranged))))
    expect(applied.filter(({ kind }) => kind === 'paid_now')).toHaveLength(1)
  })
  expect(moved).toEqual({ 'gateway:midtrans': -15_000, 'orders:unearned': 15_000 })
})

test.each([
  ['one rupiah less', { amount: 14_999 }, 14_999],
  ['one rupiah more', { amount: 15_001 }, 15_001],
])('S-WH5: %s is not paid but goes to suspense with a task', async (_, change, amount) => {
  const arranged = await arrangePayment(database)
  const moved = await movedBy(async () => {
    expect(await apply(arranged, factOf(arranged, change))).toMatchObject({
      kind: 'review',
      reason: 'amount',
    })
    await apply(arranged, factOf(arranged, change))
  })
  expect(moved).toEqual({ 'gateway:midtrans': -amount, suspense: amount })
  expect(await openTasks(database, arranged.payment.id)).toEqual([{ kind: 'amount_mismatch', amount }])
  expect(await stateOf(arranged)).toBe('REVIEW')
})

test.each([
  ['S-WH4: another merchant', { merchantMatches: false }],
  ['S-WH4: another order id', { reference: 'LP-SOMEBODYELSE-1' }],
  ['S-WH5: another currency', { currency: 'USD' }],
])('%s moves no money and waits for a person', async (_, change) => {
  const arranged = await arrangePayment(database)
  expect(await movedBy(() => apply(arranged, factOf(arranged, change)))).toEqual({})
  expect(await stateOf(arranged)).toBe('REVIEW')
  expect(await openTasks(database, arranged.payment.id)).toEqual([{ kind: 'foreign', amount: 0 }])
})

test('S-WH6: a transaction that paid one order pays no other', async () => {
  const first = await arrangePayment(database)
  const second = await arrangePayment(database)
  await apply(first, factOf(first))
  const stolen = factOf(second, { transactionId: `tx-${first.payment.id}` })
  expect(await movedBy(() => apply(second, stolen))).toEqual({})
  expect(await stateOf(second)).toBe('REVIEW')
})

test('S-WH6: a transaction used by two orders at the same moment pays one', async () => {
  expect(await raceForOneTransaction(database)).toBe(1)
})

test('S-WH6, guard removed: without payments_transaction the same race pays both', async () => {
  const unguarded = await createTestDatabase()
  try {
    await queryAs(unguarded.url, 'alter table payments drop constraint payments_transaction')
    expect(await raceForOneTransaction(unguarded)).toBe(2)
  } finally {
    await unguarded.drop()
  }
})

/** Two open transactions apply one gateway transaction to two payments; returns how many end up PAID. */
async function raceForOneTransaction(target: TestDatabase): Promise<number> {
  const [first, second] = [await arrangePayment(target), await arrangePayment(target)]
  const transactionId = `tx-${newId()}`
  const applyTo = (arranged: Arranged, after: Promise<unknown>, applied?: () => void) =>
    target.db.transaction('test.race', { role: 'worker' }, async (tx) => {
      const result = await applyFact(tx, arranged.payment as Payment, factOf(arranged, { transactionId }), {
        now: NOW,
      })
      applied?.()
      await after
      if (result.kind === 'paid_now') await bookReceived(tx, result.payment, 'order')
    })
  const opened = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const one = applyTo(first, released.promise, opened.resolve)
  await opened.promise
  // With the guard the second write waits for the first transaction's end; without it, it gets through.
  const other = applyTo(second, Promise.resolve()).catch((error: unknown) => error)
  await Promise.race([other, untilSomebodyWaits(target)])
  released.resolve()
  await Promise.all([one, other])
  const [row] = await queryAs<{ paid: string }>(
    target.url,
    `select count(*) as paid from payments where state = 'PAID' and gateway_transaction_id = $1`,
    [transactionId],
  )
  return Number(row?.paid)
}

async function untilSomebodyWaits({ url }: TestDatabase): Promise<void> {
  for (;;) {
    const waiting = await queryAs(
      url,
      'select 1 from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()',
    )
    if (waiting.length > 0) return
  }
}

test('a second paid transaction goes to suspense, once each', async () => {
  const arranged = await arrangePayment(database)
  await apply(arranged, factOf(arranged))
  const again = factOf(arranged, { transactionId: `second-${arranged.payment.id}` })
  const moved = await movedBy(async () => {
    expect(await apply(arranged, again)).toMatchObject({ kind: 'double', amount: 15_000 })
    expect(await apply(arranged, again)).toMatchObject({ kind: 'unchanged' })
    expect(await apply(arranged, factOf(arranged))).toMatchObject({ kind: 'unchanged' })
  })
  expect(moved).toEqual({ 'gateway:midtrans': -15_000, suspense: 15_000 })
  expect(await stateOf(arranged)).toBe('PAID')
  expect(await openTasks(database, arranged.payment.id)).toEqual([{ kind: 'double', amount: 15_000 }])
})

test('a gateway that calls nothing at all paid: nothing is booked, and a person looks once', async () => {
  const arranged = await arrangePayment(database)
  const moved = await movedBy(async () => {
    expect(await apply(arranged, factOf(arranged, { amount: 0 }))).toMatchObject({ kind: 'review' })
    expect(await apply(arranged, factOf(arranged, { amount: 0 }))).toMatchObject({ kind: 'unchanged' })
    expect(await openTasks(database, arranged.payment.id)).toEqual([{ kind: 'foreign', amount: 0 }])
    expect(await apply(arranged, factOf(arranged))).toMatchObject({ kind: 'paid_now' })
  })
  expect(moved).toEqual({ 'gateway:midtrans': -15_000, 'orders:unearned': 15_000 })
})

test.each([-1, 0.5, Number.NaN])(
  'a rest of %d is not believed: the money counts, its fee is not known',
  async (net) => {
    const arranged = await arrangePayment(database)
    expect(await apply(arranged, factOf(arranged, { net }))).toMatchObject({
      kind: 'paid_now',
      payment: { net: null, gatewayFee: null },
    })
    expect(await apply(arranged, factOf(arranged, { net }))).toMatchObject({ kind: 'unchanged' })
  },
)

test('a payment known by an open transaction stands for the one that was paid', async () => {
  const arranged = await arrangePayment(database)
  await openedAs(arranged, `open-${arranged.payment.id}`)
  const moved = await movedBy(async () => {
    expect(await apply(arranged, factOf(arranged))).toMatchObject({
      kind: 'paid_now',
      payment: { gatewayTransactionId: `tx-${arranged.payment.id}` },
    })
    expect(await apply(arranged, factOf(arranged))).toMatchObject({ kind: 'unchanged' })
    const given = factOf(arranged, { state: 'chargeback' })
    expect(await apply(arranged, given)).toMatchObject({ kind: 'taken_back' })
  })
  expect(moved).toEqual({ disputes: -15_000, 'orders:unearned': 15_000 })
  expect(await openTasks(database, arranged.payment.id)).toEqual([{ kind: 'chargeback', amount: 15_000 }])
})

test('money after expiry is reported with the state it comes from, and can wait in suspense', async () => {
  const arranged = await arrangePayment(database)
  expect(await apply(arranged, { state: 'not_found', asked: 'expire' }, EXPIRES_AT)).toMatchObject({
    kind: 'closed',
    state: 'EXPIRED',
  })
  const late = new Date(EXPIRES_AT.getTime() + 48 * 3_600_000)
  const moved = await movedBy(() =>
    database.db.transaction('test.late', { role: 'worker' }, async (tx) => {
      const applied = await applyFact(tx, arranged.payment as Payment, factOf(arranged), { now: late })
      if (applied.kind !== 'paid_now') throw new Error(`got ${applied.kind}`)
      expect(applied.from).toBe('EXPIRED')
      await bookReceived(tx, applied.payment, 'suspense', {
        kind: 'late',
        detail: 'sold out meanwhile',
        now: late,
      })
    }),
  )
  expect(moved).toEqual({ 'gateway:midtrans': -15_000, suspense: 15_000 })
  expect(await openTasks(database, arranged.payment.id)).toEqual([{ kind: 'late', amount: 15_000 }])
})

test.each([
  ['chargeback', 'chargeback', 'chargeback'],
  ['failed', 'reversal', 'reversed'],
] as const)('a %s after payment moves the money to disputes with a task', async (state, by, kind) => {
  const arranged = await arrangePayment(database)
  await apply(arranged, factOf(arranged))
  const moved = await movedBy(async () => {
    expect(await apply(arranged, factOf(arranged, { state }))).toMatchObject({ kind: 'taken_back', by })
    expect(await apply(arranged, factOf(arranged, { state }))).toMatchObject({ kind: 'unchanged' })
  })
  expect(moved).toEqual({ disputes: -15_000, 'gateway:midtrans': 15_000 })
  expect(await openTasks(database, arranged.payment.id)).toEqual([{ kind, amount: 15_000 }])
})

test.each(['chargeback', 'partially_refunded'] as const)(
  'a %s whose message got lost is found by the daily question',
  async (state) => {
    const arranged = await arrangePayment(database)
    await apply(arranged, factOf(arranged))
    await apply(arranged, factOf(arranged, { transactionId: `second-${arranged.payment.id}` }))
    await apply(arranged, factOf(arranged, { transactionId: `second-${arranged.payment.id}` }))
    const day = 86_400_000
    expect(await nextPollOf(arranged)).toEqual(new Date(NOW.getTime() + day))
    const refunds = state === 'chargeback' ? [] : [{ key: 'dashboard', amount: 5_000 }]
    await apply(arranged, factOf(arranged, { state, refunds }), new Date(NOW.getTime() + day))
    const next = state === 'chargeback' ? null : new Date(NOW.getTime() + 2 * day)
    expect(await nextPollOf(arranged)).toEqual(next)
  },
)

test('a refund made outside of Lapak is booked once and limits what can be given back', async () => {
  const arranged = await arrangePayment(database)
  await apply(arranged, factOf(arranged))
  const fact = factOf(arranged, {
    state: 'partially_refunded',
    refunds: [{ key: 'dashboard', amount: 5_000 }],
  })
  const moved = await movedBy(async () => {
    expect(await apply(arranged, fact)).toMatchObject({
      kind: 'refunded',
      settled: [],
      payment: { refunded: 5_000, state: 'PARTIALLY_REFUNDED' },
    })
    expect(await apply(arranged, fact)).toMatchObject({ kind: 'unchanged' })
  })
  expect(moved).toEqual({ disputes: -5_000, 'gateway:midtrans': 5_000 })
})

test('a partial chargeback takes what is known of it, and else only asks a person', async () => {
  const [known, unknown] = [await arrangePayment(database), await arrangePayment(database)]
  for (const arranged of [known, unknown]) await apply(arranged, factOf(arranged))
  const state = 'partly_charged_back'
  const moved = await movedBy(async () => {
    for (let round = 0; round < 2; round += 1) {
      await apply(known, factOf(known, { state, refunds: [{ key: 'id-7', amount: 4_000 }] }))
      await apply(unknown, factOf(unknown, { state }))
    }
  })
  expect(moved).toEqual({ disputes: -4_000, 'gateway:midtrans': 4_000 })
  expect(await stateOf(known)).toBe('PARTIALLY_REFUNDED')
  expect(await stateOf(unknown)).toBe('PAID')
  expect(await openTasks(database, known.payment.id)).toEqual([{ kind: 'outside_refund', amount: 4_000 }])
  expect(await openTasks(database, unknown.payment.id)).toEqual([{ kind: 'chargeback', amount: 0 }])
})

test('money that came and went before anybody looked waits for a person', async () => {
  const arranged = await arrangePayment(database)
  const fact = factOf(arranged, { state: 'refunded', refunds: [{ key: 'dashboard', amount: 15_000 }] })
  expect(await apply(arranged, fact)).toMatchObject({ kind: 'review', reason: 'returned' })
  expect(await apply(arranged, fact)).toMatchObject({ kind: 'refunded', payment: { state: 'REFUNDED' } })
})

test('an unasked cancel leaves the page open, an asked one closes it', async () => {
  const arranged = await arrangePayment(database)
  expect(await apply(arranged, factOf(arranged, { state: 'cancelled' }))).toMatchObject({ kind: 'unchanged' })
  expect(
    await apply(arranged, { ...factOf(arranged, { state: 'cancelled' }), asked: 'cancel' }),
  ).toMatchObject({ kind: 'closed', state: 'CANCELLED' })
})

test('a guest sees only her own payment', async () => {
  const [mine, foreign] = [await arrangePayment(database), await arrangePayment(database)]
  const actor = { role: 'web', tokenHash: mine.tokenHash } as const
  const view = (orderId: string) =>
    database.db.transaction('test.view', actor, (tx) => findPaymentForView(tx, orderId))
  expect(await view(mine.orderId)).toMatchObject({ status: 'waiting' })
  expect(await view(foreign.orderId)).toBeUndefined()
})
