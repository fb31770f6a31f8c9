import process from 'node:process'
import { createClock } from './clock.ts'
import { withControl } from './control.ts'
import { createFaults } from './faults.ts'
import { createIndexApp, type IndexEntry } from './index-page.ts'
import { SANDBOXES } from './providers.ts'
import { createRandom } from './random.ts'
import { createRequestLog, listenSandbox } from './sandbox-server.ts'
import type { SandboxDefinition } from './sandbox.ts'
import { keepState } from './saved-state.ts'

/** First port of the block when nothing else is asked for. */
const DEFAULT_PORT = 4000
/** How far the whole block moves when one of its ports is taken. */
const PORT_STEP = 100
/** Blocks tried before giving up: 20 busy blocks mean something else is wrong. */
const MAX_BLOCKS = 20
const DEFAULT_APP_URL = 'http://localhost:3000'

export type SandboxOptions = {
  /** Index port, providers follow at fixed offsets; 0 takes free ports. Default 4000. */
  port?: number
  host?: string
  /** Origin of the shop; webhooks go there. */
  appUrl?: string
  /** Same seed, same ids. Without it ids differ in every run, as a shop's database outlives the sandbox. */
  seed?: string
  /** Provider credentials (`MIDTRANS_SERVER_KEY`, `VIP_RESELLER_API_ID`, …); default: the demo ones. */
  env?: Record<string, string | undefined>
  /** Folder in which the state survives a restart; without it everything is forgotten. */
  dataDir?: string
  /** Names of the providers to start; default all. */
  only?: string[]
}

/** Running sandboxes: `urls` by provider name, plus `index` and `smtp`. */
export type RunningSandboxes = {
  urls: Record<string, string>
  /** Writes the state of every sandbox to `dataDir` at once. */
  save(): void
  stop(): Promise<void>
}

type Closable = { close(): Promise<void>; save?(): void }

/**
 * Starts the index page and every provider sandbox, each on its own port, and returns their URLs.
 * When a port of the block is taken the whole block moves up by 100; with port 0 the system chooses.
 */
export async function startSandboxes(options: SandboxOptions = {}): Promise<RunningSandboxes> {
  const first = options.port ?? DEFAULT_PORT
  for (let block = 0; block < MAX_BLOCKS; block += 1) {
    const running = await startBlock(options, first === 0 ? 0 : first + block * PORT_STEP)
    if (running) return running
  }
  throw new Error(`no free block of ports from ${first} up; set SANDBOX_PORT`)
}

/** Returns undefined when one of the ports is taken. */
async function startBlock(options: SandboxOptions, base: number): Promise<RunningSandboxes | undefined> {
  const opened: Closable[] = []
  const stop = async () => {
    await Promise.all(opened.map((server) => server.close()))
  }
  const entries: IndexEntry[] = []
  try {
    const host = options.host ?? '127.0.0.1'
    const index = await listenSandbox({
      app: createIndexApp(() => entries),
      faults: createFaults(),
      requests: createRequestLog(),
      host,
      port: base,
    })
    opened.push(index)
    for (const definition of SANDBOXES) {
      if (options.only && !options.only.includes(definition.name)) continue
      entries.push(await startProvider(definition, options, host, base, opened))
    }
    const urls = entries.flatMap((entry) => [[entry.name, entry.url], ...Object.entries(entry.besideUrls)])
    const save = () => opened.forEach((server) => server.save?.())
    return { urls: { index: index.url, ...Object.fromEntries(urls) }, save, stop }
  } catch (error) {
    await stop()
    if (isPortTaken(error)) return undefined
    throw error
  }
}

async function startProvider(
  definition: SandboxDefinition,
  options: SandboxOptions,
  host: string,
  base: number,
  opened: Closable[],
): Promise<IndexEntry> {
  const { name, title, portOffset } = definition
  const clock = createClock()
  const seed = options.seed ?? crypto.randomUUID()
  const sandbox = definition.create({
    appUrl: options.appUrl ?? DEFAULT_APP_URL,
    clock,
    random: createRandom(`${seed}-${name}`),
    env: options.env ?? {},
  })
  const faults = createFaults()
  const requests = createRequestLog()
  const app = withControl(sandbox, { faults, clock, requests })
  const port = base === 0 ? 0 : base + portOffset
  const server = await listenSandbox({ app, faults, requests, host, port })
  opened.push(server)
  if (options.dataDir) opened.push(keepState(sandbox, options.dataDir, name))
  opened.push({ close: async () => clock.clear() })
  const beside = await sandbox.listenBeside?.(host, port === 0 ? 0 : port + 1, faults)
  if (beside) opened.push(beside)
  return { name, title, url: server.url, besideUrls: beside?.urls ?? {} }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
}

async function runFromCommandLine(): Promise<void> {
  const { SANDBOX_PORT, APP_URL, SANDBOX_SEED, SANDBOX_HOST, SANDBOX_DATA } = process.env
  // Who started us may be gone before we say where we are.
  process.stdout.on('error', () => process.exit(0))
  const running = await startSandboxes({
    ...(SANDBOX_PORT ? { port: Number(SANDBOX_PORT) } : {}),
    ...(APP_URL ? { appUrl: APP_URL } : {}),
    ...(SANDBOX_SEED ? { seed: SANDBOX_SEED } : {}),
    ...(SANDBOX_HOST ? { host: SANDBOX_HOST } : {}),
    ...(SANDBOX_DATA ? { dataDir: SANDBOX_DATA } : {}),
    env: process.env,
  })
  process.stdout.write(`${JSON.stringify({ sandboxes: running.urls })}\n`)
  for (const [name, url] of Object.entries(running.urls))
    process.stdout.write(`  ${name.padEnd(14)} ${url}\n`)
  const exit = () => {
    running.save()
    process.exit(0)
  }
  process.on('SIGINT', exit)
  process.on('SIGTERM', exit)
  if (process.env.LAPAK_PARENT_PIPE === '1') {
    process.stdin.resume()
    process.stdin.on('end', exit)
    process.stdin.on('error', exit)
  }
}

if (import.meta.main) await runFromCommandLine()
