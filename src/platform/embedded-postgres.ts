import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  createCluster,
  readPasswords,
  serverEnvironment,
  type Passwords,
} from './embedded-postgres-cluster.ts'
import { choosePostgresHome, type PostgresHome } from './embedded-postgres-home.ts'
import { clearLeftovers, readPostmasterFile, stopServer } from './embedded-postgres-leftovers.ts'
import { claimOwnership, findOwner } from './embedded-postgres-owner.ts'

export { EmbeddedPostgresInUse } from './embedded-postgres-owner.ts'

/** A running server of our own. Both URLs are the same: there is no pooler. */
export type EmbeddedPostgres = {
  url: string
  directUrl: string
  /** Where the data really lies. */
  dataDir: string
  port: number
  pid: number
  /** Shuts down cleanly. Does nothing when another process runs the server. */
  stop(): Promise<void>
}

export type EmbeddedPostgresOptions = {
  /** LAPAK_DATA: the database goes into a folder below it. */
  dataDir: string
  /** Default: a free one, another at every start. */
  port?: number
  /** Server settings beyond ours, for tests: `fsync=off` and the like. */
  settings?: Record<string, string>
  /** Receives what the operator should know. */
  onNotice?: (text: string) => void
  /** Called when the server died and could not be started again. */
  onLost?: (error: Error) => void
}

/** Enough for one machine's processes; each connection costs a few megabytes only when used. */
const SETTINGS: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '128MB',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  max_wal_size: '1GB',
  wal_compression: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
}
const READY_TIMEOUT_MS = 60_000
const LOOK_EVERY_MS = 20
/** Somebody may take the chosen port between our look and the server's; memory of a dead server frees slowly. */
const LAUNCH_TRIES = 20
const LAUNCH_RETRY_MS = 250
/** A server that dies more often than this within a minute has a reason that restarting does not cure. */
const RESTART_LIMIT = 3
const RESTART_WINDOW_MS = 60_000
const LOG_LIMIT_BYTES = 5 * 1024 * 1024
const LOG_TAIL_BYTES = 1_500

/**
 * Starts the embedded PostgreSQL of a project: creates it the first time, clears what a killed predecessor left
 * behind, restarts it when it dies, and shuts it down when this process dies in whatever way. Throws
 * `EmbeddedPostgresInUse` while another process of the project runs it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const home = await choosePostgresHome(path.resolve(options.dataDir))
  if (home.notice !== null) options.onNotice?.(home.notice)
  const release = await claimOwnership(home.dataDir)
  try {
    const passwords = await readPasswords(options.dataDir)
    await clearLeftovers(home.dataDir)
    await createCluster(home, passwords)
    const server = await supervise(home, options)
    const url = shopUrl(server.port, passwords)
    const stop = async (): Promise<void> => {
      await server.stop()
      await release()
    }
    return { url, directUrl: url, dataDir: home.dataDir, port: server.port, pid: server.pid(), stop }
  } catch (error) {
    await release()
    throw error
  }
}

/** The server that another process of the project runs right now, or undefined. */
export async function findEmbeddedPostgres(dataDir: string): Promise<EmbeddedPostgres | undefined> {
  const home = await choosePostgresHome(path.resolve(dataDir))
  const [owner, file] = [await findOwner(home.dataDir), await readPostmasterFile(home.dataDir)]
  if (owner === undefined || !file?.ready) return undefined
  const url = shopUrl(file.port, await readPasswords(dataDir))
  return {
    url,
    directUrl: url,
    dataDir: home.dataDir,
    port: file.port,
    pid: file.pid,
    stop: async () => undefined,
  }
}

/** The running server of the project, or one started for as long as the caller needs it. */
export async function useEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return (await findEmbeddedPostgres(options.dataDir)) ?? (await startEmbeddedPostgres(options))
}

function shopUrl(port: number, passwords: Passwords): string {
  return `postgres://lapak:${passwords.lapak}@127.0.0.1:${port}/lapak`
}

type Supervised = { port: number; pid(): number; stop(): Promise<void> }

async function supervise(home: PostgresHome, options: EmbeddedPostgresOptions): Promise<Supervised> {
  const settings = { ...SETTINGS, ...options.settings }
  const first = await launch(home, settings, options.port)
  const { port } = first
  let { child } = first
  let stopping = false
  const restarts: number[] = []
  const guard = startGuard(home)

  const watch = (): void => {
    child.once('exit', () => {
      if (stopping) return
      restart().catch((error: unknown) =>
        options.onLost?.(error instanceof Error ? error : new Error(String(error))),
      )
    })
  }
  async function restart(): Promise<void> {
    const at = performance.now()
    restarts.push(at)
    if (restarts.filter((time) => time > at - RESTART_WINDOW_MS).length > RESTART_LIMIT) {
      throw new Error(`PostgreSQL berhenti berulang kali / keeps dying: ${await logTail(home)}`)
    }
    options.onNotice?.('PostgreSQL mati dan dinyalakan lagi. PostgreSQL died and is started again.')
    await clearLeftovers(home.dataDir)
    if (stopping) return
    child = (await launch(home, settings, port)).child
    watch()
    // A stop that came while the new server was starting has not seen it.
    if (stopping && child.pid !== undefined) await stopServer(child.pid)
  }
  watch()
  return {
    port,
    pid: () => child.pid ?? 0,
    async stop() {
      stopping = true
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        await stopServer(child.pid)
      guard.kill('SIGKILL')
    },
  }
}

async function launch(
  home: PostgresHome,
  settings: Record<string, string>,
  wanted: number | undefined,
): Promise<{ child: ChildProcess; port: number }> {
  for (let tries = 1; ; tries += 1) {
    const port = wanted ?? (await freePort())
    const child = await spawnServer(home, settings, port)
    if (await untilReady(home, child)) return { child, port }
    const reason = await logTail(home)
    const passing = /Address already in use|pre-existing shared memory|lock file/.test(reason)
    if (!passing || tries >= LAUNCH_TRIES)
      throw new Error(`PostgreSQL tidak mau jalan / does not start: ${reason}`)
    await pause(LAUNCH_RETRY_MS)
  }
}

async function spawnServer(
  home: PostgresHome,
  settings: Record<string, string>,
  port: number,
): Promise<ChildProcess> {
  const tooBig = ((await stat(logFile(home)).catch(() => undefined))?.size ?? 0) > LOG_LIMIT_BYTES
  const log = await open(logFile(home), tooBig ? 'w' : 'a', 0o600)
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // Its own session: Ctrl-C in the terminal reaches us alone, and we shut the server down in order.
  const child = spawn(
    path.join(home.binDir, 'postgres'),
    ['-D', home.dataDir, '-p', String(port), ...flags],
    {
      ...home.user,
      cwd: '/',
      env: serverEnvironment(),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    },
  )
  child.on('error', () => undefined)
  await log.close()
  return child
}

async function untilReady(home: PostgresHome, child: ChildProcess): Promise<boolean> {
  for (let waited = 0; waited < READY_TIMEOUT_MS; waited += LOOK_EVERY_MS) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return false
    const file = await readPostmasterFile(home.dataDir)
    if (file?.pid === child.pid && file.ready) return true
    await pause(LOOK_EVERY_MS)
  }
  await stopServer(child.pid ?? 0)
  return false
}

/**
 * A shell that waits for this process to end, even by kill -9 (its end of the pipe closes then), and shuts the
 * server down. Whoever kills the guard too leaves a server that the next start stops.
 */
function startGuard(home: PostgresHome): ChildProcess {
  const script = 'while read -r line; do :; done; exec "$0" stop -D "$1" -m fast -s -t 60'
  const guard = spawn('/bin/sh', ['-c', script, path.join(home.binDir, 'pg_ctl'), home.dataDir], {
    ...home.user,
    cwd: '/',
    env: serverEnvironment(),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  guard.on('error', () => undefined)
  guard.unref()
  return guard
}

function logFile(home: PostgresHome): string {
  return `${home.dataDir}.log`
}

async function logTail(home: PostgresHome): Promise<string> {
  const text = await readFile(logFile(home), 'utf8').catch(() => '')
  return text.slice(-LOG_TAIL_BYTES).trim()
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
