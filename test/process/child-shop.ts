import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { ShopTiming } from '../../src/jobs/shop.ts'
import { sandboxEnvironment, QUICK_TIMING } from '../support/test-shop.ts'

/** What a process of a test shop is started with. */
export type ChildShopOptions = {
  role: 'all' | 'web' | 'worker'
  databaseUrl: string
  keysFile: string
  dataDir: string
  port: number
  sandboxes: Record<string, string>
  logLevel?: string
  failpoint?: string | undefined
  /** Waits besides the quick ones. */
  timing?: ShopTiming | undefined
}

/** A process of a test shop. */
export type ChildShop = {
  role: ChildShopOptions['role']
  process: ChildProcess
  /** True once it serves or works; false when it died before. */
  ready: Promise<boolean>
  /** How it ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  /** Everything it wrote so far. */
  output(): string
  /** Asks it to stop and waits until it did. */
  stop(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  kill(): Promise<void>
}

const PROGRAM = path.join(import.meta.dirname, 'shop-process.ts')

/** Starts a process of a shop with nothing but what a test shop needs in its environment. */
export function startChildShop(options: ChildShopOptions): ChildShop {
  const child = spawn(process.execPath, [PROGRAM], {
    env: environmentOf(options),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const chunks: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => void chunks.push(text))
  const ended = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }))
  const ready = Promise.race([once(child, 'message').then(() => true), ended.then(() => false)])
  return {
    role: options.role,
    process: child,
    ready,
    ended,
    output: () => chunks.join(''),
    async stop() {
      child.kill('SIGTERM')
      return await ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function environmentOf(options: ChildShopOptions): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: path.join(options.dataDir, 'compiled'),
    ...sandboxEnvironment(options.sandboxes),
    LAPAK_ROLE: options.role,
    DATABASE_URL: options.databaseUrl,
    LAPAK_KEYS: options.keysFile,
    LAPAK_DATA: options.dataDir,
    LAPAK_HOST: '127.0.0.1',
    PORT: String(options.port),
    APP_URL: `http://localhost:${options.port}`,
    LOG_LEVEL: options.logLevel ?? 'error',
    LAPAK_TEST_TIMING: JSON.stringify({ ...QUICK_TIMING, ...options.timing }),
    ...(options.failpoint === undefined ? {} : { LAPAK_FAILPOINT: options.failpoint }),
  }
}
