import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compareMigrations } from '../../../src/platform/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase(1)
})
afterAll(() => database.drop())

test('what is missing and what was applied with another text is told apart', async () => {
  expect(await compareMigrations(database.url)).toEqual({ pending: [], edited: [] })
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const { rows } = await client.query<{ name: string }>(
    'select name from schema_migrations order by name limit 2',
  )
  const [first = '', second = ''] = rows.map(({ name }) => name)
  await client.query(`update schema_migrations set checksum = 'x' where name = $1`, [first])
  await client.query('delete from schema_migrations where name = $1', [second])
  await client.end()
  expect(await compareMigrations(database.url)).toEqual({ pending: [second], edited: [first] })
})
