import { afterAll, beforeAll, expect, test } from 'vitest'
import { findSurplus } from '../../../src/payments/surplus-store.ts'
import { selectMethodUse } from '../../../src/payments/payment-methods-store.ts'
import {
  claimDuePayments,
  findAskablePayments,
  findNewestPayment,
} from '../../../src/payments/payment-store.ts'
import { createFilledDatabase, planOf, type StoreCall } from '../../support/query-plan.ts'
import type { TestDatabase } from '../../support/test-database.ts'

const ID = '00000000-0000-7000-8000-000000000001'

let database: TestDatabase
beforeAll(async () => {
  database = await createFilledDatabase()
})
afterAll(() => database.drop())

test.each<[string, StoreCall]>([
  ['payments_due', (_, db) => claimDuePayments(db, ['midtrans', 'tokopay'], 60, 30)],
  ['payments_attempt', (_, db) => findAskablePayments(db, ID)],
  ['payments_order|payments_attempt', (tx) => findNewestPayment(tx, ID)],
  ['payments_order|payments_attempt', (tx) => findSurplus(tx, ID)],
  ['payments_paid', (tx) => selectMethodUse(tx, 30)],
])('%s serves its statement', async (index, work) => {
  const plan = await planOf(database.url, work)
  expect(plan).toMatch(new RegExp(`(Index (Only )?Scan (Backward )?using|Bitmap Index Scan on) (${index})`))
  expect(plan).not.toContain('Seq Scan on payments')
})
