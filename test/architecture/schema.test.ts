import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dumpSchema, SCHEMA_FILE } from '../../tools/dump-schema.ts'
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase(1)
})
afterAll(() => database.drop())

test('db/schema.sql equals the migrated database', async () => {
  const actual = await dumpSchema(database.url)
  if (process.env['LAPAK_WRITE_SCHEMA'] === '1') await writeFile(SCHEMA_FILE, actual)
  const written = await readFile(SCHEMA_FILE, 'utf8').catch(() => '')
  expect(
    written,
    'after a new migration: LAPAK_WRITE_SCHEMA=1 npx vitest run test/architecture/schema.test.ts',
  ).toBe(actual)
})

test('the dump is the same every time', async () => {
  expect(await dumpSchema(database.url)).toBe(await dumpSchema(database.url))
})
