import { afterEach, beforeEach, expect, test } from 'vitest'
import { watchChanges, type ChangeWatch } from '#orders'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

/** More than PostgreSQL is asked for in one statement. */
const MANY = 5_200
/** Far longer than a look takes: nothing here may depend on it. */
const LONG_MS = 20_000

let database: TestDatabase
let watch: ChangeWatch
const errors: unknown[] = []

beforeEach(async () => {
  database = await createTestDatabase()
  watch = watchChanges(database.db, (error) => errors.push(error))
})
afterEach(async () => {
  watch.close()
  await database.drop()
  expect(errors.splice(0)).toEqual([])
})

function tokenOf(index: number): string {
  return Buffer.from(String(index).padStart(20, '0')).toString('base64url')
}

/** Orders of those tokens at version 1. */
async function makeOrders(count: number): Promise<void> {
  await queryAs(
    database.url,
    `insert into orders (id, number, token_hash, state, customer_name, customer_email, customer_phone, subtotal, total,
        payment_method, expires_at)
      select gen_random_uuid(), 'LP-' || ordinality, sha256(convert_to(token, 'UTF8')), 'PENDING', 'Sari',
        'sari@example.com', '081234567890', 1000, 1000, 'midtrans', now() + interval '1 hour'
      from unnest($1::text[]) with ordinality as t (token, ordinality)`,
    [Array.from({ length: count }, (_, index) => tokenOf(index))],
  )
}

async function change(index: number): Promise<void> {
  await queryAs(
    database.url,
    "update orders set version = version + 1 where token_hash = sha256(convert_to($1, 'UTF8'))",
    [tokenOf(index)],
  )
}

const never = new AbortController().signal

test('the last of very many pages is woken as the first is, and nobody else', async () => {
  await makeOrders(MANY)
  const woken: number[] = []
  const stop = new AbortController()
  const waits = Array.from({ length: MANY }, (_, index) =>
    watch.wait(tokenOf(index), 1, LONG_MS, stop.signal).then((isChanged) => {
      if (isChanged) woken.push(index)
    }),
  )
  await change(0)
  await change(MANY - 1)
  await Promise.all([waits[0], waits[MANY - 1]])
  expect(woken.toSorted((a, b) => a - b)).toEqual([0, MANY - 1])
  stop.abort()
  await Promise.all(waits)
  expect(woken).toHaveLength(2)
})

test('a change from before the waiting began is not missed', async () => {
  await makeOrders(1)
  await change(0)
  expect(await watch.wait(tokenOf(0), 1, LONG_MS, never)).toBe(true)
})

test('two pages of one order that show different versions wake each at its own', async () => {
  await makeOrders(1)
  const stop = new AbortController()
  const ahead = watch.wait(tokenOf(0), 2, LONG_MS, stop.signal)
  await change(0)
  expect(await watch.wait(tokenOf(0), 1, LONG_MS, never)).toBe(true)
  stop.abort()
  expect(await ahead).toBe(false)
})

test('time that is up, somebody who left and a token that is none wake nobody', async () => {
  await makeOrders(1)
  expect(await watch.wait(tokenOf(0), 1, 10, never)).toBe(false)
  expect(await watch.wait(tokenOf(0), 1, LONG_MS, AbortSignal.abort())).toBe(false)
  expect(await watch.wait('no token', 1, LONG_MS, never)).toBe(false)
})
