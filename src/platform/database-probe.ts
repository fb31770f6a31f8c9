import pg from 'pg'
import { elapsedMs, systemClock } from './clock.ts'

/** What one look at a database says about it. */
export type DatabaseProbe = {
  /** Such as 18. */
  major: number
  version: string
  fsync: boolean
  latencyMs: number
  /** Clock of the database minus ours. */
  clockSkewMs: number
  missingRoles: string[]
  /** Jobs by state, or undefined before the queue's tables exist. */
  queue: { waiting: number; failed: number } | undefined
}

const ROLES = ['lapak_owner', 'lapak_web', 'lapak_worker', 'lapak_vault']
const CONNECT_TIMEOUT_MS = 5_000
const PER_MAJOR_VERSION = 10_000

/** Looks at a database over one connection of its own. Throws when it cannot be reached. */
export async function probeDatabase(url: string): Promise<DatabaseProbe> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const started = elapsedMs()
    const { rows } = await client.query<{
      number: number
      version: string
      fsync: string
      now: Date
      queued: boolean
    }>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
        current_setting('fsync') as fsync, clock_timestamp() as now, to_regclass('pgboss.job') is not null as queued`,
    )
    const latencyMs = elapsedMs() - started
    const [row] = rows
    if (row === undefined) throw new Error('no answer')
    const roles = await client.query<{ rolname: string }>(
      'select rolname from pg_roles where rolname = any ($1)',
      [ROLES],
    )
    const present = new Set(roles.rows.map((role) => role.rolname))
    return {
      major: Math.floor(row.number / PER_MAJOR_VERSION),
      version: row.version,
      fsync: row.fsync === 'on',
      latencyMs,
      clockSkewMs: row.now.getTime() - systemClock.now().getTime(),
      missingRoles: ROLES.filter((role) => !present.has(role)),
      queue: row.queued ? await countJobs(client) : undefined,
    }
  } finally {
    await client.end()
  }
}

async function countJobs(client: pg.Client): Promise<{ waiting: number; failed: number }> {
  const { rows } = await client.query<{ waiting: number; failed: number }>(
    `select count(*) filter (where state in ('created', 'retry') and name not like '%.dead')::int as waiting,
      count(*) filter (where name like '%.dead' and state = 'created')::int as failed from pgboss.job`,
  )
  return rows[0] ?? { waiting: 0, failed: 0 }
}
