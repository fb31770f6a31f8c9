import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  findEmbeddedPostgres,
  startEmbeddedPostgres,
  useEmbeddedPostgres,
  type EmbeddedPostgres,
} from './embedded-postgres.ts'
import { isAlive, processesIn } from './process-identity.ts'

let folder = ''
const running: EmbeddedPostgres[] = []

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lapak pg '))
  // As root the server runs under another account, which must be able to come here.
  await chmod(folder, 0o755)
})

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop()
  await rm(folder, { recursive: true, force: true })
})

async function start(name = 'data'): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir: path.join(folder, name) })
  running.push(server)
  return server
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}

/** Asks again until the server answers; the test's own time limit bounds it. */
async function queryWhenBack(url: string, text: string): Promise<unknown[]> {
  for (;;) {
    try {
      return await query(url, text)
    } catch (error) {
      if (!(error instanceof Error)) throw error
    }
  }
}

test('keeps data over a clean stop, with durable settings and a login that is no superuser', async () => {
  const first = await start()
  await query(first.url, 'create table kept (n integer); insert into kept values (7)')
  const [settings] = await query(
    first.url,
    `select current_setting('fsync') as fsync, current_setting('data_checksums') as checksums,
    current_setting('server_encoding') as encoding,     (select rolsuper from pg_roles where rolname = current_user) as superuser`,
  )
  expect(settings).toEqual({ fsync: 'on', checksums: 'on', encoding: 'UTF8', superuser: false })
  const secrets = path.join(folder, 'data', 'postgres-passwords.json')
  expect((await stat(secrets)).mode & 0o777).toBe(0o600)
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)

  const second = await start()
  expect(await query(second.url, 'select n from kept')).toEqual([{ n: 7 }])
  expect(await readFile(`${second.dataDir}.log`, 'utf8')).not.toContain('recovery')
})

test('comes back by itself after kill -9 of the server, on the same address', async () => {
  const server = await start()
  await query(server.url, 'create table kept (n integer); insert into kept values (7)')
  process.kill(server.pid, 'SIGKILL')
  expect(await queryWhenBack(server.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('starts again after kill -9 of everything', async () => {
  const dataDir = path.join(folder, 'data')
  const supervisor = await superviseElsewhere(dataDir)
  await query(supervisor.url, 'create table kept (n integer); insert into kept values (7)')
  const ended = once(supervisor.child, 'exit')
  const everything = await processesIn(path.join(dataDir, 'postgres'))
  supervisor.child.kill('SIGKILL')
  everything.forEach(killIfThere)
  await ended

  const server = await start()
  expect(await query(server.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('takes over after kill -9 of the supervisor alone', async () => {
  const supervisor = await superviseElsewhere(path.join(folder, 'data'))
  await query(supervisor.url, 'create table kept (n integer); insert into kept values (7)')
  const ended = once(supervisor.child, 'exit')
  supervisor.child.kill('SIGKILL')
  await ended

  const server = await start()
  expect(await query(server.url, 'select n from kept')).toEqual([{ n: 7 }])
})

test('data of a private folder goes where the server account can reach it', async () => {
  await chmod(folder, 0o700)
  const notices: string[] = []
  const options = { dataDir: path.join(folder, 'data'), onNotice: (text: string) => notices.push(text) }
  const server = await startEmbeddedPostgres(options)
  running.push(server)
  expect(await query(server.url, 'select 1 as n')).toEqual([{ n: 1 }])
  const moved = process.getuid?.() === 0
  expect(server.dataDir.startsWith(folder)).toBe(!moved)
  expect(notices).toHaveLength(moved ? 1 : 0)
  await server.stop()
  if (moved) await rm(path.dirname(server.dataDir), { recursive: true, force: true })
})

test('two projects run side by side; the same project twice does not', async () => {
  const [one, two] = await Promise.all([start('one'), start('two')])
  expect(one.port).not.toBe(two.port)
  await expect(start('one')).rejects.toThrow(/already runs in this folder/)
  const shared = await useEmbeddedPostgres({ dataDir: path.join(folder, 'one') })
  expect(shared.url).toBe(one.url)
  await shared.stop()
  await two.stop()
  expect(await query(one.url, 'select 1 as n')).toEqual([{ n: 1 }])
  expect(await findEmbeddedPostgres(path.join(folder, 'two'))).toBeUndefined()
})

function killIfThere(pid: number): void {
  if (isAlive(pid)) process.kill(pid, 'SIGKILL')
}

/** Another process that runs the server and prints its address. */
async function superviseElsewhere(dataDir: string) {
  const script = `import { startEmbeddedPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded-postgres.ts'))}
    const server = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} })
    process.stdout.write(server.url)
    setInterval(() => undefined, 60_000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, url: url.toString() }
}
