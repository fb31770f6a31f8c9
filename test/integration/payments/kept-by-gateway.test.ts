import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyFact, bookReceived, type Payment, type PaymentFact } from '#payments'
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts'
import { arrangePayment, balances, brokenMoneyRules, NOW, type Arranged } from './order-fixture.ts'

type Known = Exclude<PaymentFact, { state: 'not_found' }>

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** What moves between the accounts when the gateway says this about a payment. */
async function movedBy({ payment }: Arranged, change: Partial<Known>): Promise<Record<string, number>> {
  const { id, reference, amount } = payment
  const fact: Known = {
    state: 'paid',
    transactionId: `tx-${id}`,
    reference,
    amount,
    currency: 'IDR',
    merchantMatches: true,
    method: 'qris',
    at: NOW,
    refunds: [],
    ...change,
  }
  const before = await balances(database)
  await database.db.transaction('test.apply', { role: 'worker' }, async (tx) => {
    const applied = await applyFact(tx, payment as Payment, fact, { now: NOW })
    if (applied.kind === 'paid_now') await bookReceived(tx, applied.payment, 'order')
  })
  const after = Object.entries(await balances(database))
  return Object.fromEntries(
    after.map(([code, balance]) => [code, balance - (before[code] ?? 0)]).filter(([, delta]) => delta !== 0),
  )
}

test('what a gateway kept is learned later, once, and only from the transaction that paid', async () => {
  const arranged = await arrangePayment(database)
  await movedBy(arranged, {})
  const another = { transactionId: `another-${arranged.payment.id}`, merchantMatches: false }
  expect(await movedBy(arranged, { ...another, net: 1 })).toEqual({})
  expect(await movedBy(arranged, { state: 'pending', net: 1 })).toEqual({})
  expect(await movedBy(arranged, { net: 14_700 })).toEqual({ 'gateway-fees': -300, 'gateway:midtrans': 300 })
  expect(await movedBy(arranged, { net: 1 })).toEqual({})
  expect(await brokenMoneyRules(database)).toEqual([])
})
