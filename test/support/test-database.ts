import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'
import { QUEUES } from '../../src/jobs/queues.ts'
import { openDatabase, sqlState, type Database } from '../../src/platform/database.ts'
import { MIGRATIONS_DIR, migrate } from '../../src/platform/migrate.ts'
import { migrateQueue } from '../../src/platform/queue.ts'

/** A database of its own for one test file, cloned from a migrated template. */
export type TestDatabase = { url: string; db: Database; drop(): Promise<void> }

const TEMPLATE_LOCK = 7_315_022

/** The cluster that `npm test` started; its user may create databases. */
export function clusterUrl(): string {
  const url = process.env['LAPAK_TEST_DATABASE_URL']
  if (!url) throw new Error('LAPAK_TEST_DATABASE_URL is not set: run tests with `npm test`')
  return url
}

/** Clones the template and opens it. `connections` bounds the pool of this handle. */
export async function createTestDatabase(connections = 8): Promise<TestDatabase> {
  const template = await ensureTemplate()
  const name = `lapak_t_${randomBytes(6).toString('hex')}`
  await onCluster(async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    await client.query(`create database ${name} template ${template}`)
    await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  })
  const url = databaseUrl(name)
  const db = openDatabase({ url, connections })
  return {
    url,
    db,
    async drop() {
      await db.close()
      await dropDatabase(name)
    },
  }
}

const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Drops a database with whoever is connected to it. Where the server's own vacuum is at work there, which only a
 * superuser may end by force, the plain statement ends it in an orderly way.
 */
export async function dropDatabase(name: string): Promise<void> {
  await onCluster(async (client) => {
    await client.query(`drop database if exists ${name} with (force)`).catch(async (error: unknown) => {
      if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error
      await client.query(`drop database if exists ${name}`)
    })
  })
}

/** Runs SQL as the login user of the database, outside the application's roles. For arranging and looking. */
export async function queryAs<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  // A server that dies ends the query as well; the event alone would end the test's process.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('set role lapak_owner')
    return (await client.query<Row>(text, values)).rows
  } finally {
    await client.end()
  }
}

async function ensureTemplate(): Promise<string> {
  const name = `lapak_template_${await schemaFingerprint()}`
  await onCluster(async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const known = await client.query('select 1 from pg_database where datname = $1', [name])
    if (known.rowCount === 0) {
      const draft = `${name}_draft`
      await client.query(`drop database if exists ${draft} with (force)`)
      await client.query(`create database ${draft}`)
      await migrate(databaseUrl(draft))
      await migrateQueue(databaseUrl(draft), QUEUES)
      await client.query(`alter database ${draft} rename to ${name}`)
    }
    await client.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK])
  })
  return name
}

async function schemaFingerprint(): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(QUEUES))
  for (const file of (await readdir(MIGRATIONS_DIR)).sort())
    hash.update(await readFile(path.join(MIGRATIONS_DIR, file)))
  return hash.digest('hex').slice(0, 12)
}

function databaseUrl(name: string): string {
  const url = new URL(clusterUrl())
  url.pathname = `/${name}`
  return url.href
}

/** Runs statements on the cluster's maintenance database. */
export async function onCluster(work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: clusterUrl() })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
