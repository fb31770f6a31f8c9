import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { QUEUES } from '../../../src/jobs/queues.ts'
import { migrate } from '../../../src/platform/migrate.ts'
import { migrateQueue } from '../../../src/platform/queue.ts'
import { eventually } from '../../support/eventually.ts'

/** A PostgreSQL of the operating system, in a folder of its own. */
export type ExternalCluster = {
  version: number
  createDatabase(): Promise<{ url: string; drop(): Promise<void> }>
  stop(): Promise<void>
}

/** Where Debian keeps its servers, one folder per major version. */
const DEBIAN_HOME = '/usr/lib/postgresql'
/** The oldest that the schema works on. */
const OLDEST = 15
const TEMPLATE = 'sync_template'

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}

/** The newest server of the operating system that will do, or undefined. */
export async function findServer(): Promise<{ version: number; binDir: string } | undefined> {
  const versions = (await namesIn(DEBIAN_HOME))
    .map(Number)
    .filter((version) => version >= OLDEST)
    .sort((a, b) => b - a)
  for (const version of versions) {
    const binDir = path.join(DEBIAN_HOME, String(version), 'bin')
    if ((await namesIn(binDir)).includes('pg_ctl')) return { version, binDir }
  }
  return undefined
}

/** The server refuses to run as root: root runs it as `postgres`, whom the package made. */
async function accountOf(): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {}
  const accounts = await readFile('/etc/passwd', 'utf8')
  const fields = accounts
    .split('\n')
    .find((line) => line.startsWith('postgres:'))
    ?.split(':')
  return fields === undefined ? {} : { uid: Number(fields[2]), gid: Number(fields[3]) }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts a throw-away cluster of it with a migrated template. */
export async function startExternalCluster(server: {
  version: number
  binDir: string
}): Promise<ExternalCluster> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lapak-external-'))
  const account = await accountOf()
  if (account.uid !== undefined && account.gid !== undefined) await chown(folder, account.uid, account.gid)
  const data = path.join(folder, 'data')
  const made = spawnSync(
    path.join(server.binDir, 'initdb'),
    ['-D', data, '-A', 'trust', '-U', 'lapak', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...account, cwd: folder, encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`)
  const port = await freePort()
  const running = startServer(path.join(server.binDir, 'postgres'), data, port, { ...account, cwd: folder })
  const urlOf = (name: string): string => `postgres://lapak@127.0.0.1:${port}/${name}`
  await eventually('the server to answer', () => answers(urlOf('postgres')))
  await execute(urlOf('postgres'), `create database ${TEMPLATE}`)
  await migrate(urlOf(TEMPLATE))
  await migrateQueue(urlOf(TEMPLATE), QUEUES)
  let databases = 0
  return {
    version: server.version,
    async createDatabase() {
      databases += 1
      const name = `sync_${databases}`
      await execute(urlOf('postgres'), `create database ${name} template ${TEMPLATE}`)
      return {
        url: urlOf(name),
        drop: () => execute(urlOf('postgres'), `drop database ${name} with (force)`),
      }
    },
    async stop() {
      running.kill('SIGINT')
      if (running.exitCode === null && running.signalCode === null) await once(running, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function startServer(
  program: string,
  data: string,
  port: number,
  how: { uid?: number; gid?: number; cwd: string },
): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    fsync: 'off',
    full_page_writes: 'off',
    timezone: 'UTC',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return spawn(program, ['-D', data, '-p', String(port), ...options], { ...how, stdio: 'ignore' })
}

async function answers(url: string): Promise<boolean> {
  return await execute(url, 'select 1').then(
    () => true,
    () => false,
  )
}

async function execute(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
