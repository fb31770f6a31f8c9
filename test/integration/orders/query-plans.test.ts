import { afterAll, beforeAll, expect, test } from 'vitest'
import { selectLeftAttempts, selectStalledAttempts } from '../../../src/orders/renewals-view-store.ts'
import { createFilledDatabase, planOf, type StoreCall } from '../../support/query-plan.ts'
import type { TestDatabase } from '../../support/test-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createFilledDatabase()
})
afterAll(() => database.drop())

test.each<[string, StoreCall]>([
  ['payments_one_open', (tx) => selectLeftAttempts(tx, { limit: 100 })],
  ['payments_one_open', (tx) => selectStalledAttempts(tx, 60, { limit: 100 })],
])('%s serves its statement', async (index, work) => {
  const plan = await planOf(database.url, work)
  expect(plan).toMatch(new RegExp(`(Index (Only )?Scan (Backward )?using|Bitmap Index Scan on) (${index})`))
  expect(plan).not.toContain('Seq Scan on payments')
})
