import { afterAll, beforeAll, expect, test } from 'vitest'
import { purgeRefundAccounts } from '#payments'
import { newId } from '#platform/ids.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { arrangePayment } from './order-fixture.ts'

/** Days, on either side of the 30 after which nobody asks any more. */
const OLD = 31
const NEW = 29

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

type Given = { state: string; days: number }

/** Whether the account of an order is still there after a purge; the buyer named it, and its refunds moved, days ago. */
async function staysWith(accountDays: number, ...refunds: Given[]): Promise<boolean> {
  const { orderId, payment } = await arrangePayment(database)
  await queryAs(
    database.url,
    `insert into refund_accounts (order_id, sealed, key_id, shown, updated_at)
      values ($1, '\\x00', 'k1', 'BCA ··· 1234', now() - make_interval(days => $2))`,
    [orderId, accountDays],
  )
  for (const { state, days } of refunds) {
    const key = newId()
    await queryAs(
      database.url,
      `insert into refunds (id, payment_id, order_id, business_key, refund_key, amount, reason, state, updated_at)
        values ($1, $2, $3, $4, $4, 1000, 'test', $5, now() - make_interval(days => $6))`,
      [newId(), payment.id, orderId, key, state, days],
    )
  }
  await purgeRefundAccounts(database.db)
  const rows = await queryAs(database.url, 'select 1 from refund_accounts where order_id = $1', [orderId])
  return rows.length === 1
}

const done = (days: number): Given => ({ state: 'DONE', days })

test.each(['REQUESTED', 'SENDING', 'UNKNOWN', 'MANUAL'])(
  'the account of a refund that is %s stays, however old it is, beside one that is done, too',
  async (state) => {
    expect(await staysWith(OLD, { state, days: OLD })).toBe(true)
    expect(await staysWith(OLD, done(OLD), { state, days: OLD })).toBe(true)
  },
)

test('an account stays for a month after its last refund was done, and after it was named', async () => {
  expect(await staysWith(OLD, done(OLD), done(NEW))).toBe(true)
  expect(await staysWith(NEW, done(OLD))).toBe(true)
  expect(await staysWith(OLD, done(OLD), done(OLD))).toBe(false)
})
