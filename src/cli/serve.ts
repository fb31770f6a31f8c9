import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import {
  DEMO,
  withDatabase,
  type Config,
  type Environment,
  type ProjectConfig,
  type Role,
} from '#platform/config.ts'
import { EmbeddedPostgresInUse, startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { createKeyFile } from '#platform/key-ring.ts'
import { createLog } from '#platform/log.ts'
import { openApp, startLapak, type RunningLapak } from '../main.ts'
import { EXIT, UsageError, complain, print, type Command, type ExitCode } from './command.ts'
import { findFreePort, isPortFree } from './free-port.ts'
import { migrateAll } from './migrate.ts'
import { openDatabaseOf } from './open-project.ts'
import { checkedConfig, demoEnvironment, saveDemo } from './project-config.ts'
import { startSandboxProcess, type SandboxProcess } from './sandbox-process.ts'
import { fillDemoShop } from './seed.ts'
import { untilAskedToStop } from './stop-signal.ts'

/** Runs the shop. */
export const serveCommand: Command = {
  name: 'serve',
  usage: 'serve [--role all|web|worker] [--demo]',
  summary: 'Menjalankan toko',
  summaryEn: 'Runs the shop until Ctrl-C',
  options: [
    [
      '--role all|web|worker',
      'halaman dan API, tugas latar, atau keduanya / pages and API, background work, or both',
    ],
    ['--demo', 'dengan data contoh dan simulator penyedia / with demo data and provider sandboxes'],
  ],
  run: runServe,
}

const ROLES: readonly Role[] = ['all', 'web', 'worker']
/** Ctrl-C promises an end within ten seconds; the rest is for the sandboxes and the database. */
const SHOP_STOP_MS = 5_000
/** A predecessor whose terminal was closed needs this long at most to stop by itself. */
const PREDECESSOR_TRIES = 40
const PREDECESSOR_WAIT_MS = 250

/** Ends what was started, last first. */
type Cleanup = (() => Promise<void>)[]

async function runServe(args: string[], env: Environment): Promise<ExitCode> {
  const { values } = parseArgs({
    args,
    options: { role: { type: 'string' }, demo: { type: 'boolean', default: false } },
  })
  const role = readRole(values.role)
  const asked = untilAskedToStop(env)
  const cleanup: Cleanup = []
  try {
    const started = startEverything(values.demo ? demoEnvironment(env) : env, role, values.demo, cleanup)
    const first = await Promise.race([
      started.then(() => 'started' as const),
      asked.then(() => 'asked' as const),
    ])
    if (first === 'started') await Promise.race([asked, (await started).lost])
    // A stop during the start waits for the step under way, so that it is ended too.
    else await Promise.allSettled([started])
    complain('Berhenti … / stopping …')
    return EXIT.ok
  } finally {
    for (const end of cleanup.toReversed())
      await end().catch((error: unknown) => complain(`✗ ${String(error)}`))
  }
}

function readRole(text: string | undefined): Role | undefined {
  if (text === undefined) return undefined
  const role = ROLES.find((known) => known === text)
  if (role === undefined) throw new UsageError(`peran tidak dikenal / unknown role: ${text}`)
  return role
}

async function startEverything(
  env: Environment,
  wantedRole: Role | undefined,
  demo: boolean,
  cleanup: Cleanup,
): Promise<{ lost: Promise<never> }> {
  const project = checkedConfig(env)
  const role = wantedRole ?? project.role
  const lost = Promise.withResolvers<never>()
  lost.promise.catch(() => undefined)
  const database = await openDatabaseOf(project, startAfterPredecessor, lost.reject)
  cleanup.push(() => database.stop())
  const port = role === 'worker' ? project.port : await choosePort(project)
  let config = withDatabase(project, database.address, port)
  if (!demo) {
    if (config.environment === 'demo') await ensureKeys(config.keysFile)
    await run(config, role, cleanup)
    return { lost: lost.promise }
  }
  const [sandboxes] = await Promise.all([
    startSandboxes(env, config, cleanup),
    ensureKeys(config.keysFile),
    migrateAll(config),
  ])
  const found = sandboxAddresses(sandboxes, config.appUrl)
  config = withDatabase(checkedConfig({ ...found, ...env }), database.address, port)
  saveDemo(config.dataDir, found)
  await fill(config)
  const lapak = await run(config, role, cleanup)
  printSummary(lapak.url, config, sandboxes)
  return { lost: lost.promise }
}

/** Starts the embedded server, giving a predecessor that is just stopping the time it needs. */
async function startAfterPredecessor(
  ...[options]: Parameters<typeof startEmbeddedPostgres>
): ReturnType<typeof startEmbeddedPostgres> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startEmbeddedPostgres(options)
    } catch (error) {
      if (!(error instanceof EmbeddedPostgresInUse) || tries >= PREDECESSOR_TRIES) throw error
      if (tries === 1)
        complain('• Menunggu Lapak yang lain berhenti … / waiting for another Lapak of this folder to stop …')
      await new Promise((resolve) => setTimeout(resolve, PREDECESSOR_WAIT_MS))
    }
  }
}

async function choosePort(config: ProjectConfig): Promise<number> {
  if (!config.portFixed && config.environment === 'demo') return await findFreePort(config.port)
  if (await isPortFree(config.port)) return config.port
  throw new Error(
    `Port ${config.port} dipakai program lain. Port ${config.port} is used by another program; set PORT to a free one.`,
  )
}

async function ensureKeys(file: string): Promise<void> {
  if ((await stat(file).catch(() => undefined)) !== undefined) return
  await mkdir(path.dirname(file), { recursive: true })
  await createKeyFile(file)
}

async function startSandboxes(env: Environment, config: Config, cleanup: Cleanup): Promise<SandboxProcess> {
  const sandboxes = await startSandboxProcess(
    {
      ...env,
      APP_URL: config.appUrl,
      SANDBOX_PORT: String(config.sandboxPort),
      SANDBOX_DATA: path.join(config.dataDir, 'sandboxes'),
    },
    (text) => complain(`• ${text}`),
  )
  cleanup.push(() => sandboxes.stop())
  const { port } = new URL(sandboxes.urls['index'] ?? '')
  if (config.sandboxPortFixed && Number(port) !== config.sandboxPort) {
    throw new Error(
      `SANDBOX_PORT ${config.sandboxPort} atau port sesudahnya dipakai program lain. It or one of the next ports is taken.`,
    )
  }
  return sandboxes
}

function sandboxAddresses({ urls }: SandboxProcess, appUrl: string): Record<string, string> {
  return {
    APP_URL: appUrl,
    MIDTRANS_SNAP_URL: urls['midtrans'] ?? '',
    MIDTRANS_API_URL: urls['midtrans'] ?? '',
    VIP_RESELLER_API_URL: `${urls['vip-reseller'] ?? ''}/api`,
  }
}

async function fill(config: Config): Promise<void> {
  const opened = await openApp(config, createLog(config.logLevel))
  try {
    await fillDemoShop(opened)
  } finally {
    await opened.close()
  }
}

async function run(config: Config, role: Role, cleanup: Cleanup): Promise<RunningLapak> {
  const lapak = await startLapak({ config, role, log: createLog(config.logLevel) })
  cleanup.push(() => stopShop(lapak))
  if (config.environment === 'production') complain(`Lapak ${role}: ${lapak.url}`)
  return lapak
}

/** Jobs that do not end in time are taken over by their heartbeat after the next start. */
async function stopShop(lapak: RunningLapak): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, SHOP_STOP_MS)
  })
  await Promise.race([lapak.stop(), deadline])
  clearTimeout(timer)
}

function printSummary(url: string, config: Config, sandboxes: SandboxProcess): void {
  const token = config.adminApiToken.reveal()
  const lines = [
    '',
    '  Lapak siap / is ready',
    '',
    `  Toko / shop               ${url}`,
    `  API                       ${url}/api/docs`,
    `  Simulator / sandboxes     ${sandboxes.urls['index'] ?? ''}`,
    `  Midtrans (bayar / pay)    ${sandboxes.urls['midtrans'] ?? ''}`,
    `  Token admin / cron        ${token === DEMO.adminApiToken ? token : 'ADMIN_API_TOKEN'} / ${config.cronSecretKey.reveal() === DEMO.cronSecretKey ? DEMO.cronSecretKey : 'CRON_SECRET_KEY'}`,
    '',
    '  Ini demo: uang dan pemasok adalah simulasi. Money and suppliers are simulated.',
    `  Data: ${config.dataDir}. Ctrl-C menghentikan semuanya / stops everything.`,
    '',
  ]
  print(lines.join('\n'))
}
