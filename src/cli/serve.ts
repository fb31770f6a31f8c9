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
import { messagesDemo } from '#platform/config-messages.ts'
import { createLog } from '#platform/log.ts'
import { openApp, startLapak, type RunningLapak } from '../main.ts'
import { EXIT, UsageError, complain, print, type ExitCode } from './command.ts'
import { ensureKeys } from './ensure-keys.ts'
import { findFreePort, isPortFree } from './free-port.ts'
import { migrateAll } from './migrate.ts'
import { openDatabaseOf } from './open-project.ts'
import { checkedConfig, demoEnvironment, saveDemo, startableConfig } from './project-config.ts'
import { startSandboxProcess, type SandboxProcess } from './sandbox-process.ts'
import { fillDemoShop } from './seed.ts'
import { startAfterPredecessor } from './start-after-predecessor.ts'
import { untilAskedToStop } from './stop-signal.ts'
import { describeUnknownNames } from './unknown-names.ts'

const ROLES: readonly Role[] = ['all', 'web', 'worker']
/** Ctrl-C promises an end within ten seconds; the rest is for the sandboxes and the database. */
const SHOP_STOP_MS = 5_000

/** Ends what was started, last first. */
type Cleanup = (() => Promise<void>)[]

/** Runs the shop until it is asked to stop. */
export async function runServe(args: string[], env: Environment): Promise<ExitCode> {
  const { values } = parseArgs({
    args,
    options: { role: { type: 'string' }, demo: { type: 'boolean', default: false } },
  })
  const role = readRole(values.role)
  const asked = untilAskedToStop(env)
  const cleanup: Cleanup = []
  try {
    for (const line of describeUnknownNames(env)) complain(line)
    const started = startEverything(env, role, values.demo, cleanup)
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
  given: Environment,
  wantedRole: Role | undefined,
  demo: boolean,
  cleanup: Cleanup,
): Promise<{ lost: Promise<never> }> {
  const env = demo ? demoEnvironment(given) : given
  const project = startableConfig(env, given)
  const role = wantedRole ?? project.role
  const lost = Promise.withResolvers<never>()
  lost.promise.catch(() => undefined)
  const database = await openDatabaseOf(
    project,
    (options) => startAfterPredecessor(options, project.port),
    lost.reject,
  )
  cleanup.push(() => database.stop())
  const port = role === 'worker' ? project.port : await choosePort(project)
  const first = withDatabase(project, database.address, port)
  if (!demo) {
    if (first.environment === 'demo') await ensureKeys(first)
    await run(first, role, cleanup)
    return { lost: lost.promise }
  }
  const [sandboxes] = await Promise.all([
    startSandboxes(env, first, cleanup),
    migrateAll(first).then(() => ensureKeys(first)),
  ])
  const found = sandboxAddresses(sandboxes, first.appUrl)
  const config = withDatabase(checkedConfig(demoEnvironment(given, found)), database.address, port)
  saveDemo(config.dataDir, found)
  await fill(config)
  const lapak = await run(config, role, cleanup)
  printSummary(lapak.url, config, sandboxes)
  return { lost: lost.promise }
}

async function choosePort(config: ProjectConfig): Promise<number> {
  if (!config.portFixed && config.environment === 'demo') return await findFreePort(config.port)
  if (await isPortFree(config.port)) return config.port
  throw new Error(
    `Port ${config.port} dipakai program lain. Port ${config.port} is used by another program; set PORT to a free one.`,
  )
}

async function startSandboxes(env: Environment, config: Config, cleanup: Cleanup): Promise<SandboxProcess> {
  const sandboxes = await startSandboxProcess(
    {
      FEED_API_TOKEN: DEMO.feedToken,
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
    TOKOPAY_API_URL: urls['tokopay'] ?? '',
    VIP_RESELLER_API_URL: `${urls['vip-reseller'] ?? ''}/api`,
    ...messagesDemo(urls),
    ...(urls['invite'] === undefined
      ? {}
      : {
          INVITE_TEAMS_API_URL: `${urls['invite']}/teams`,
          INVITE_FAMILY_API_URL: `${urls['invite']}/family`,
        }),
    ...(urls['feed'] === undefined
      ? {}
      : { FEED_API_URL: `${urls['feed']}/apis`, FEED_API_TOKEN: DEMO.feedToken }),
    ...(urls['digiflazz'] === undefined
      ? {}
      : {
          DIGIFLAZZ_API_URL: `${urls['digiflazz']}/v1`,
          DIGIFLAZZ_USERNAME: DEMO.digiflazzUsername,
          DIGIFLAZZ_API_KEY: DEMO.digiflazzApiKey,
          DIGIFLAZZ_WEBHOOK_SECRET: DEMO.digiflazzWebhookSecret,
        }),
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
    `  Pesan / messages          ${sandboxes.urls['messages'] ?? ''}`,
    `  Midtrans (bayar / pay)    ${sandboxes.urls['midtrans'] ?? ''}`,
    `  Token admin / cron        ${token === DEMO.adminApiToken ? token : 'ADMIN_API_TOKEN'} / ${config.cronSecretKey.reveal() === DEMO.cronSecretKey ? DEMO.cronSecretKey : 'CRON_SECRET_KEY'}`,
    '',
    '  Ini demo: uang dan pemasok adalah simulasi. Money and suppliers are simulated.',
    `  Data: ${config.dataDir}. Ctrl-C menghentikan semuanya / stops everything.`,
    '',
  ]
  print(lines.join('\n'))
}
