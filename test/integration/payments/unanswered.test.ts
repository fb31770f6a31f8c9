import { afterAll, beforeAll, expect, test } from 'vitest'
import { claimDuePayments, storeNextPoll } from '../../../src/payments/payment-store.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { arrangePayment } from './order-fixture.ts'

const HOUR_MS = 3_600_000
const CLAIM_SECONDS = 30

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** Seconds until the payment is asked about again, each time that its gateway gives no answer. */
async function waits(id: string, questions: number): Promise<number[]> {
  const seconds: number[] = []
  for (let asked = 0; asked < questions; asked += 1) {
    await queryAs(database.url, 'update payments set next_poll_at = now() where id = $1', [id])
    const claimed = await claimDuePayments(database.db, ['midtrans'], 10, CLAIM_SECONDS)
    expect(claimed.map((payment) => payment.id)).toEqual([id])
    // Rounded up, since some time has passed since the claim.
    const [row] = await queryAs<{ wait: number }>(
      database.url,
      'select ceil(extract(epoch from next_poll_at - now()) / 10)::int * 10 as wait from payments where id = $1',
      [id],
    )
    seconds.push(row?.wait ?? 0)
  }
  await queryAs(database.url, 'update payments set next_poll_at = null where id = $1', [id])
  return seconds
}

test('while a payment can be paid, it is asked about often enough for two minutes, whatever its gateway does', async () => {
  const { payment } = await arrangePayment(database, 15_000, new Date(Date.now() + HOUR_MS))
  expect(await waits(payment.id, 5)).toEqual([30, 60, 100, 100, 100])
})

test('after its end it waits longer after each question, up to six hours', async () => {
  const { payment } = await arrangePayment(database, 15_000, new Date(Date.now() - HOUR_MS))
  const seconds = await waits(payment.id, 14)
  expect(seconds.slice(0, 4)).toEqual([30, 60, 120, 240])
  expect(seconds.slice(-2)).toEqual([21_600, 21_600])
})

test('an answer ends the waiting', async () => {
  const { payment } = await arrangePayment(database, 15_000, new Date(Date.now() - HOUR_MS))
  await waits(payment.id, 6)
  await database.db.transaction('test.answered', { role: 'worker' }, (tx) =>
    storeNextPoll(tx, payment.id, 'CREATING', new Date()),
  )
  expect(await waits(payment.id, 2)).toEqual([30, 60])
})
