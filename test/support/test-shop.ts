import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startSandboxes } from '../../sandboxes/main.ts'
import type { App } from '../../src/app.ts'
import type { Shop, ShopTiming } from '../../src/jobs/shop.ts'
import { openApp, startLapak } from '../../src/main.ts'
import { DEMO, parseConfig, Secret, withDatabase, type Config } from '../../src/platform/config.ts'
import { messagesDemo } from '../../src/platform/config-messages.ts'
import { createKeyFile } from '../../src/platform/key-ring.ts'
import { createLog } from '../../src/platform/log.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

/** Nobody in a test waits as long as a supplier or a schedule of production may. */
export const QUICK_TIMING: ShopTiming = {
  scheduleSeconds: 0.3,
  firstLookupMs: 100,
  lookupEveryMs: 200,
  checkEveryMs: [100, 200, 400],
  retryEveryMs: [200],
  sameTargetEveryMs: [200],
  intentGraceMs: 1_000,
}

/** A whole shop on sandboxes and a database of its own, in this process. */
export type TestShop = {
  app: App
  shop: Shop
  config: Config
  database: TestDatabase
  sandboxes: Record<string, string>
  /** Starts HTTP and workers on a free port and sends the sandboxes' webhooks there; returns the origin. */
  serve(role?: 'all' | 'web' | 'worker'): Promise<string>
  stop(): Promise<void>
}

/** Environment variables of a demo shop that talks to the given sandboxes. */
export function sandboxEnvironment(sandboxes: Record<string, string>): Record<string, string> {
  return {
    LAPAK_ENV: 'demo',
    LOG_LEVEL: 'error',
    MIDTRANS_SERVER_KEY: 'SB-Mid-server-lapak-demo',
    MIDTRANS_CLIENT_KEY: 'SB-Mid-client-lapak-demo',
    MIDTRANS_SNAP_URL: sandboxes['midtrans'] ?? '',
    MIDTRANS_API_URL: sandboxes['midtrans'] ?? '',
    TOKOPAY_MERCHANT_ID: DEMO.tokopayMerchantId,
    TOKOPAY_SECRET: DEMO.tokopaySecret,
    TOKOPAY_API_URL: sandboxes['tokopay'] ?? '',
    VIP_RESELLER_API_URL: `${sandboxes['vip-reseller']}/api`,
    VIP_RESELLER_API_ID: 'DEMOID01',
    VIP_RESELLER_API_KEY: 'demoKey_0123456789abcdefABCDEF',
    ...messagesDemo(sandboxes),
    ...(sandboxes['invite'] === undefined
      ? {}
      : {
          INVITE_TEAMS_API_URL: `${sandboxes['invite']}/teams`,
          INVITE_FAMILY_API_URL: `${sandboxes['invite']}/family`,
        }),
    ...(sandboxes['feed'] === undefined
      ? {}
      : { FEED_API_URL: sandboxes['feed'], FEED_API_TOKEN: DEMO.feedToken }),
    ...(sandboxes['digiflazz'] === undefined
      ? {}
      : {
          DIGIFLAZZ_API_URL: `${sandboxes['digiflazz']}/v1`,
          DIGIFLAZZ_USERNAME: DEMO.digiflazzUsername,
          DIGIFLAZZ_API_KEY: DEMO.digiflazzApiKey,
          DIGIFLAZZ_WEBHOOK_SECRET: DEMO.digiflazzWebhookSecret,
        }),
  }
}

/** Builds a shop. `works` also opens the queue for background work of this handle. */
export async function createTestShop(
  options: { env?: Record<string, string>; connections?: number; timing?: ShopTiming } = {},
): Promise<TestShop> {
  const [database, sandboxes, folder] = await Promise.all([
    createTestDatabase(options.connections),
    startSandboxes({ port: 0, seed: randomUUID() }),
    mkdtemp(path.join(tmpdir(), 'lapak-test-')),
  ])
  const keysFile = path.join(folder, 'keys.json')
  await createKeyFile(keysFile)
  const parsed = parseConfig({
    ...sandboxEnvironment(sandboxes.urls),
    LAPAK_KEYS: keysFile,
    LAPAK_DATA: folder,
    ...options.env,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const url = new Secret(database.url)
  const config = withDatabase(parsed.value, { url, directUrl: url }, await freePort())
  const log = createLog(config.logLevel)
  const timing = { ...QUICK_TIMING, ...options.timing }
  const opened = await openApp(config, log, { works: false, timing })
  const running: { stop(): Promise<void> }[] = []
  return {
    app: opened.app,
    shop: opened.shop,
    config,
    database,
    sandboxes: sandboxes.urls,
    async serve(role = 'all') {
      const started = await startLapak({ config, role, log, timing })
      running.push(started)
      if (role !== 'worker') await sendWebhooksTo(sandboxes.urls, started.url)
      return started.url
    },
    async stop() {
      for (const started of running) await started.stop()
      await opened.close()
      await sandboxes.stop()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Sends the webhooks of every sandbox that runs to the shop at `origin`; suppliers finish within a moment. */
export async function sendWebhooksTo(sandboxes: Record<string, string>, origin: string): Promise<void> {
  const configs: Record<string, Record<string, unknown>> = {
    midtrans: { notificationUrl: `${origin}/api/webhooks/midtrans` },
    tokopay: { notificationUrl: `${origin}/api/webhooks/tokopay` },
    'vip-reseller': { webhookUrl: `${origin}/api/webhooks/vip-reseller`, completeAfterMs: 200 },
    digiflazz: { webhookUrl: `${origin}/api/webhooks/digiflazz`, completeAfterMs: 200 },
  }
  for (const [name, config] of Object.entries(configs))
    if (sandboxes[name] !== undefined) await control(`${sandboxes[name]}/_sandbox/config`, config)
}

/** A port that is free now; the shop must know its own address before it listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** A catalogue of a few hundred rows is pulled within a second. */
const PULL_WAIT_MS = 60_000

/** Pulls VIP-Reseller's catalogue into the shop; the run as it ended, or why there is none. */
export async function pullCatalogue(app: App): ReturnType<App['sync']['run']> {
  const request = { connection: 'vip-reseller', trigger: 'manual', kind: 'live', mode: 'full' } as const
  return await app.sync.run(request, PULL_WAIT_MS)
}

/** Posts JSON to a sandbox's control route and returns its answer. */
export async function control<Answer = unknown>(url: string, body: unknown): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as Answer
}
