import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { holdsSealedRows } from '#reports'
import { checkKeysBelong, KeyMismatch } from '#platform/key-check.ts'
import type { KeyRing } from '#platform/sealing.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'
import { testKeys } from '../../support/test-keys.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase(8)
})
beforeEach(() => queryAs(database.url, 'delete from key_checks'))
afterAll(() => database.drop())

const belong = (keys: KeyRing): Promise<void> => checkKeysBelong(database.db, keys)

function rotated(keys: KeyRing): KeyRing {
  return { ...keys, current: 'k2', sealing: new Map([...keys.sealing, ['k2', randomBytes(32)]]) }
}

test('the keys of the first start are the keys of the database', async () => {
  expect(await holdsSealedRows(database.db)).toBe(false)
  const keys = testKeys()
  await belong(keys)
  await belong(keys)
  expect(await holdsSealedRows(database.db)).toBe(true)
  await expect(belong(testKeys())).rejects.toThrow(KeyMismatch)
})

test.each(['fingerprint', 'tracking'] as const)('a file with another %s key is refused', async (name) => {
  const keys = testKeys()
  await belong(keys)
  await expect(belong({ ...keys, [name]: randomBytes(32) })).rejects.toThrow(KeyMismatch)
})

test('a file with a new key beside the old ones is accepted; from then on a copy from before is not', async () => {
  const old = testKeys()
  await belong(old)
  const fresh = rotated(old)
  await belong(fresh)
  await belong(fresh)
  await expect(belong(old)).rejects.toThrow(KeyMismatch)
})

test('of processes that start at once with different files, only those of one file start', async () => {
  const rings = [testKeys(), testKeys()]
  const ended = await Promise.allSettled(
    Array.from({ length: 12 }, async (_, n) => {
      await belong(rings[n % 2] as KeyRing)
      return n % 2
    }),
  )
  const started = ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
  expect(new Set(started).size).toBe(1)
  for (const end of ended) if (end.status === 'rejected') expect(end.reason).toBeInstanceOf(KeyMismatch)
})

test('what is recorded cannot be changed by the application', async () => {
  for (const text of ["update key_checks set key_id = 'x'", 'delete from key_checks'])
    await expect(database.db.once('test.forge', { role: 'worker' }, { text })).rejects.toMatchObject({
      code: '42501',
    })
})
