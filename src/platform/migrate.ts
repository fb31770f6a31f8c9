import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import pg from 'pg'

/** The folder of the SQL migrations. */
export const MIGRATIONS_DIR = path.join(import.meta.dirname, '..', '..', 'db', 'migrations')

/** A migration that waits longer for a lock gives up, so that it never blocks the running shop. */
const LOCK_TIMEOUT = '5s'
/** Any fixed number: taken inside the transaction so that two starters do not apply the same file twice. */
const MIGRATION_LOCK = 7_315_021

const ROLES = ['lapak_owner', 'lapak_web', 'lapak_worker', 'lapak_vault']

/** What `migrate` did: names of the files applied now, and how many there are. */
export type MigrationReport = { applied: string[]; total: number }

/**
 * Brings the database to the newest schema, one transaction per file, forward only. Safe to run from several
 * processes at once and while the previous version of the shop still runs. Needs a direct connection whose
 * user may create roles. Throws when an applied file was edited since.
 */
export async function migrate(url: string, directory: string = MIGRATIONS_DIR): Promise<MigrationReport> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await prepare(client)
    const files = await listFiles(directory)
    const applied: string[] = []
    for (const file of files) {
      if (await applyFile(client, directory, file)) applied.push(file)
    }
    return { applied, total: files.length }
  } finally {
    await client.end()
  }
}

/** Names of migration files that the database does not have yet, and of those that it has with another text. */
export async function compareMigrations(
  url: string,
  directory: string = MIGRATIONS_DIR,
): Promise<{ pending: string[]; edited: string[] }> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const files = await listFiles(directory)
    const known = await client.query("select to_regclass('public.schema_migrations') is not null as present")
    if (!known.rows[0]?.present) return { pending: files, edited: [] }
    const done = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from schema_migrations',
    )
    const checksums = new Map(done.rows.map((row) => [row.name, row.checksum]))
    const applied = files.filter((file) => checksums.has(file))
    const texts = await Promise.all(applied.map((file) => readFile(path.join(directory, file), 'utf8')))
    return {
      pending: files.filter((file) => !checksums.has(file)),
      edited: applied.filter((file, index) => checksumOf(texts[index] ?? '') !== checksums.get(file)),
    }
  } finally {
    await client.end()
  }
}

async function listFiles(directory: string): Promise<string[]> {
  return (await readdir(directory)).filter((file) => /^\d{4}_[a-z0-9_]+\.sql$/.test(file)).sort()
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

async function prepare(client: pg.Client): Promise<void> {
  await client.query('begin')
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
  for (const role of ROLES) {
    await client.query(`do $$ begin
      if not exists (select 1 from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
    exception when duplicate_object or unique_violation then null; end $$`)
  }
  for (const role of ROLES) {
    const member = await client.query<{ yes: boolean }>(
      `select pg_has_role(current_user, $1,
         case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end) as yes`,
      [role],
    )
    if (!member.rows[0]?.yes) await client.query(`grant ${role} to current_user`)
  }
  await client.query('revoke create on schema public from public')
  // A temporary table would come before ours in a search path; application roles need none.
  await client.query(
    "do $$ begin execute format('revoke temporary on database %I from public', current_database()); end $$",
  )
  await client.query('grant usage, create on schema public to lapak_owner')
  await client.query('grant usage on schema public to lapak_web, lapak_worker, lapak_vault')
  await client.query(`create table if not exists schema_migrations (
    name text primary key, checksum text not null, applied_at timestamptz not null default now())`)
  await client.query('commit')
}

async function applyFile(client: pg.Client, directory: string, file: string): Promise<boolean> {
  const text = await readFile(path.join(directory, file), 'utf8')
  const checksum = checksumOf(text)
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    const known = await client.query<{ checksum: string }>(
      'select checksum from schema_migrations where name = $1',
      [file],
    )
    const [row] = known.rows
    if (row !== undefined) {
      if (row.checksum !== checksum) throw new Error(`migration ${file} was edited after it was applied`)
      await client.query('rollback')
      return false
    }
    await client.query('insert into schema_migrations (name, checksum) values ($1, $2)', [file, checksum])
    await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`)
    await client.query('set local role lapak_owner')
    await client.query(text)
    await client.query('commit')
    return true
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
