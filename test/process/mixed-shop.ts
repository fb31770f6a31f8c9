import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { OrderItemRequest } from '#orders'
import { startSandboxes, type RunningSandboxes } from '../../sandboxes/main.ts'
import { fillDemoShop } from '../../src/cli/seed.ts'
import { QUEUES } from '../../src/jobs/queues.ts'
import { openApp } from '../../src/main.ts'
import { parseConfig, Secret, withDatabase } from '../../src/platform/config.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/embedded-postgres.ts'
import { createKeyFile } from '../../src/platform/key-ring.ts'
import { createLog } from '../../src/platform/log.ts'
import { migrate } from '../../src/platform/migrate.ts'
import { migrateQueue } from '../../src/platform/queue.ts'
import { eventually } from '../support/eventually.ts'
import { createStockSku, markedCodes } from '../support/stock-sku.ts'
import { control, sandboxEnvironment } from '../support/test-shop.ts'
import { placedOverHttp, trackedOverHttp } from './http-buyer.ts'
import { startTendedShop, type TendedShop } from './tended-shop.ts'

/** A shop with every way to pay and to deliver, in processes of its own, on a server of its own. */
export type MixedShop = {
  databaseUrl: string
  /** Places and pays the order of one buyer, of a kind and by a way that follow from the number; its order number. */
  buy(buyer: number): Promise<string>
  /** Kills processes in turn, PostgreSQL now and then, until told to stop. */
  killUntilStopped(): {
    stop(): Promise<void>
    kills(): Record<'web' | 'worker' | 'database', number>
    /** Resolves once so many have died in all. */
    died(count: number): Promise<void>
  }
  /** Ends the faults. */
  calm(): Promise<void>
  help(): Promise<void>
  output(): string
  doubleMessages(): Promise<unknown[]>
  doublePurchases(): Promise<unknown[]>
  seatBreaches(): Promise<{ quota: number; doubleSeats: number }>
  /** Codes from stock that buyers see on their pages. */
  shownCodes(numbers: readonly string[]): Promise<string[]>
  close(): Promise<void>
}

type Sold = { stock: string; diamonds: string; invite: string }
type Bought = { token: string }

/** Every twentieth call to a provider goes wrong, each kind of wrong in turn. */
const FAULT_SHARE = 0.05 / 3
const FAULTS = ['http_500', 'truncate', 'reset'] as const
const FAULTY = ['midtrans', 'tokopay', 'vip-reseller', 'digiflazz', 'invite', 'messages'] as const
const BETWEEN_KILLS_MS = 1_000
/** A buyer may meet several processes that die. */
const PATIENCE_MS = 90_000
/** The database is the third victim, and again as often as its supervisor bears: it gives up after three a minute. */
const FIRST_DATABASE_TURN = 3
const DATABASE_EVERY_MS = 25_000

export async function openMixedShop(orders: number): Promise<MixedShop> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lapak-mixed-'))
  // As root the server runs under another account, which must be able to come here.
  await chmod(folder, 0o755)
  const sandboxes = await startSandboxes({ port: 0 })
  const server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data') })
  await migrate(server.url)
  await migrateQueue(server.url, QUEUES)
  const keysFile = path.join(folder, 'keys.json')
  await createKeyFile(keysFile)
  const sold = await fill(server, sandboxes, { keysFile, folder, orders })
  const shop = await startTendedShop({
    template: { keysFile, folder },
    databaseUrl: server.url,
    sandboxes: sandboxes.urls,
    logLevel: 'error',
    hurried: true,
    databaseDies: true,
  })
  await shop.ready()
  await setFaults(sandboxes.urls, true)
  const bought = new Map<string, Bought>()
  return {
    databaseUrl: server.url,
    buy: (buyer) => buy(shop, sold, bought, buyer),
    killUntilStopped: () => killUntilStopped(shop, server),
    calm: () => setFaults(sandboxes.urls, false),
    help: () => shop.help(),
    output: () => shop.output(),
    doubleMessages: () => doubleMessages(sandboxes.urls),
    doublePurchases: () => doublePurchases(sandboxes.urls),
    seatBreaches: () => seatBreaches(sandboxes.urls),
    shownCodes: (numbers) => shownCodes(shop, bought, numbers),
    async close() {
      await shop.stop()
      await server.stop()
      await sandboxes.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function fill(
  server: EmbeddedPostgres,
  sandboxes: RunningSandboxes,
  { keysFile, folder, orders }: { keysFile: string; folder: string; orders: number },
): Promise<Sold> {
  const parsed = parseConfig({
    ...sandboxEnvironment(sandboxes.urls),
    LAPAK_KEYS: keysFile,
    LAPAK_DATA: folder,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const url = new Secret(server.url)
  const opened = await openApp(withDatabase(parsed.value, { url, directUrl: url }), createLog('error'))
  await fillDemoShop(opened)
  const stock = await createStockSku({ ...opened, database: server }, markedCodes('MIXED', orders))
  const { app } = opened
  const made = await control<{ accounts: { externalId: string; credential: string }[] }>(
    `${sandboxes.urls['invite']}/_sandbox/accounts`,
    { provider: 'teams', count: 4, seats: orders, dailyQuota: orders, prefix: 'mixed' },
  )
  const { services } = await app.catalog.listServices({ limit: 100 })
  const invite = services.find((service) => service.deliveryKind === 'INVITE')?.products[0]
  const games = await app.catalog.findService('mobile-legends')
  const diamonds = games?.products.find((product) => product.name === '86 Diamonds')
  if (invite === undefined || diamonds === undefined) throw new Error('the demo lacks a product')
  const [pool] = (await app.invites.accounts()).filter((account) => account.provider.includes('teams'))
  const imported = await app.invites.importAccounts(
    made.accounts.map((account) => ({
      provider: pool?.provider ?? 'invite-teams',
      label: account.externalId,
      externalId: account.externalId,
      credential: account.credential,
      plans: pool?.plans ?? [],
      seats: orders,
      dailyQuota: orders,
    })),
    'test',
  )
  if (!imported.ok) throw new Error(JSON.stringify(imported.error))
  await opened.close()
  return { stock: stock.code, diamonds: diamonds.sku, invite: invite.sku }
}

async function setFaults(urls: Record<string, string>, on: boolean): Promise<void> {
  for (const provider of FAULTY) {
    const rules = FAULTS.map((fault, index) => ({
      match: { path: '*', probability: FAULT_SHARE },
      fault,
      seed: `${provider}-${index}`,
    }))
    await control(`${urls[provider]}/_sandbox/faults`, on ? rules : [])
  }
}

/** A third from stock, a third from suppliers, a third by invite; paid at both gateways. */
function itemOf(sold: Sold, buyer: number): OrderItemRequest {
  switch (buyer % 3) {
    case 0:
      return { sku: sold.stock, quantity: 1 }
    case 1:
      return {
        sku: sold.diamonds,
        quantity: 1,
        input: { user_id: String(910_000_001 + buyer * 7), zone_id: '2685' },
      }
    default:
      return { sku: sold.invite, quantity: 1, input: { email: `buyer-${buyer}@mail.example` } }
  }
}

async function buy(
  shop: TendedShop,
  sold: Sold,
  bought: Map<string, Bought>,
  buyer: number,
): Promise<string> {
  const paymentMethod = buyer % 2 === 0 ? 'midtrans' : 'tokopay_qris'
  const order = await placedOverHttp(shop, [itemOf(sold, buyer)], { paymentMethod }, PATIENCE_MS)
  bought.set(order.orderNumber, { token: order.trackingToken })
  const { reference } = order.payment
  if (paymentMethod === 'midtrans')
    await control(`${shop.sandboxes['midtrans']}/_sandbox/pay`, {
      order_id: reference,
      payment_type: 'gopay',
    })
  else await control(`${shop.sandboxes['tokopay']}/_sandbox/pay`, { ref_id: reference })
  return order.orderNumber
}

function killUntilStopped(
  shop: TendedShop,
  server: EmbeddedPostgres,
): ReturnType<MixedShop['killUntilStopped']> {
  const kills = { web: 0, worker: 0, database: 0 }
  const over = new AbortController()
  let databaseDiedAt: number | undefined
  const chooseVictim = (turn: number): keyof typeof kills => {
    const since = databaseDiedAt === undefined ? Infinity : performance.now() - databaseDiedAt
    if (turn >= FIRST_DATABASE_TURN && since > DATABASE_EVERY_MS) return 'database'
    return turn % 2 === 0 ? 'web' : 'worker'
  }
  const killing = (async () => {
    for (let turn = 1; !over.signal.aborted; turn += 1) {
      const victim = chooseVictim(turn)
      // On a slow machine a process would otherwise die before it ever served anybody.
      await Promise.all([shop.settled('web'), shop.settled('worker')])
      await pause(BETWEEN_KILLS_MS, undefined, { signal: over.signal }).catch(() => undefined)
      if (over.signal.aborted) return
      if (victim === 'database') {
        await killPostmaster(server)
        databaseDiedAt = performance.now()
      } else await shop.strike(victim)
      kills[victim] += 1
    }
  })()
  return {
    kills: () => kills,
    died: async (count) =>
      void (await eventually(
        `${count} deaths`,
        async () => kills.web + kills.worker + kills.database >= count,
        { deadlineMs: PATIENCE_MS },
      )),
    async stop() {
      over.abort()
      await killing
    },
  }
}

async function killPostmaster(server: EmbeddedPostgres): Promise<void> {
  const file = await readFile(path.join(server.dataDir, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number.parseInt(file, 10)
  if (Number.isInteger(pid)) process.kill(pid, 'SIGKILL')
}

/** Messages that a buyer would see twice: mails under two ids, or the same words twice in a chat. */
async function doubleMessages(urls: Record<string, string>): Promise<unknown[]> {
  type Seen = { channel: string; to: string[]; subject: string; text: string; messageId: string }
  const response = await fetch(`${urls['messages']}/messages`)
  const { messages } = (await response.json()) as { messages: Seen[] }
  const seen = new Map<string, Set<string>>()
  messages.forEach(({ channel, to, subject, text, messageId }, index) => {
    if (channel === 'telegram') return
    const words = JSON.stringify([channel, to, subject, text])
    seen.set(words, (seen.get(words) ?? new Set()).add(channel === 'email' ? messageId : String(index)))
  })
  return [...seen].filter(([, ids]) => ids.size > 1).map(([words]) => words)
}

/** Targets that suppliers delivered to more than once, all of them together: each is one buyer's one unit. */
async function doublePurchases(urls: Record<string, string>): Promise<unknown[]> {
  const bought = new Map<string, number>()
  for (const supplier of ['vip-reseller', 'digiflazz']) {
    const response = await fetch(`${urls[supplier]}/_sandbox/purchases`)
    const { purchases } = (await response.json()) as { purchases: { target: string; bought: number }[] }
    for (const made of purchases) bought.set(made.target, (bought.get(made.target) ?? 0) + made.bought)
  }
  return [...bought].filter(([, times]) => times > 1)
}

async function seatBreaches(urls: Record<string, string>): Promise<{ quota: number; doubleSeats: number }> {
  const response = await fetch(`${urls['invite']}/_sandbox/state`)
  const { state } = (await response.json()) as { state: { breaches: { quota: number; doubleSeats: number } } }
  const { quota, doubleSeats } = state.breaches
  return { quota, doubleSeats }
}

async function shownCodes(
  shop: TendedShop,
  bought: ReadonlyMap<string, Bought>,
  numbers: readonly string[],
): Promise<string[]> {
  const codes: string[] = []
  for (const number of numbers) {
    const { token } = bought.get(number) ?? { token: '' }
    const view = await trackedOverHttp(shop, { trackingToken: token })
    for (const line of view.lines) if (line.delivery?.kind === 'codes') codes.push(...line.delivery.codes)
  }
  return codes
}
