import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CreatedOrder } from '#orders'
import { startSandboxes, type RunningSandboxes } from '../../sandboxes/main.ts'
import { QUEUES } from '../../src/jobs/queues.ts'
import { openApp } from '../../src/main.ts'
import { parseConfig, Secret, withDatabase } from '../../src/platform/config.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/embedded-postgres.ts'
import { createKeyFile } from '../../src/platform/key-ring.ts'
import { createLog } from '../../src/platform/log.ts'
import { migrate } from '../../src/platform/migrate.ts'
import { migrateQueue } from '../../src/platform/queue.ts'
import { pay } from '../support/buyer.ts'
import { eventually } from '../support/eventually.ts'
import { checkInvariants } from '../support/invariants.ts'
import { createStockSku, markedCodes, type StockSku } from '../support/stock-sku.ts'
import { queryAs } from '../support/test-database.ts'
import { sandboxEnvironment } from '../support/test-shop.ts'
import { placedOverHttp, trackedOverHttp } from './http-buyer.ts'
import { startTendedShop, type TendedShop } from './tended-shop.ts'

/** The server's supervisor gives up after more within a minute. */
const CRASHES = 3
const BUYERS = 8

let folder: string
let server: EmbeddedPostgres
let sandboxes: RunningSandboxes
let shop: TendedShop
let stock: StockSku

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lapak-crash-'))
  // As root the server runs under another account, which must be able to come here.
  await chmod(folder, 0o755)
  sandboxes = await startSandboxes({ port: 0, only: ['midtrans', 'vip-reseller'] })
  server = await startEmbeddedPostgres({ dataDir: path.join(folder, 'data') })
  await migrate(server.url)
  await migrateQueue(server.url, QUEUES)
  const keysFile = path.join(folder, 'keys.json')
  await createKeyFile(keysFile)
  stock = await fillShelf(keysFile)
  shop = await startTendedShop({
    template: { keysFile, folder },
    databaseUrl: server.url,
    sandboxes: sandboxes.urls,
    logLevel: 'error',
    hurried: true,
  })
  await shop.ready()
}, 120_000)

afterAll(async () => {
  await shop.stop()
  await server.stop()
  await sandboxes.stop()
  await rm(folder, { recursive: true, force: true })
})

async function fillShelf(keysFile: string): Promise<StockSku> {
  const parsed = parseConfig({
    ...sandboxEnvironment(sandboxes.urls),
    LAPAK_KEYS: keysFile,
    LAPAK_DATA: folder,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const url = new Secret(server.url)
  const opened = await openApp(withDatabase(parsed.value, { url, directUrl: url }), createLog('error'))
  const filled = await createStockSku({ ...opened, database: server }, markedCodes('CRASH', 100))
  await opened.close()
  return filled
}

async function killPostmaster(): Promise<void> {
  const file = await readFile(path.join(server.dataDir, 'postmaster.pid'), 'utf8')
  process.kill(Number.parseInt(file, 10), 'SIGKILL')
}

test('F-K3: PostgreSQL is killed while orders are placed and paid: nothing acknowledged is lost', async () => {
  const acknowledged: CreatedOrder[] = []
  for (let crash = 1; crash <= CRASHES; crash += 1) {
    const known = acknowledged.length
    const buying = Array.from({ length: BUYERS }, async () => {
      const order = await placedOverHttp(shop, [{ sku: stock.code, quantity: 1 }])
      acknowledged.push(order)
      await pay(shop, order)
    })
    await Promise.race([...buying, eventually('the first order', async () => acknowledged.length > known)])
    await killPostmaster()
    await Promise.all(buying).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${shop.output().slice(-4_000)}`, { cause: error })
    })
  }
  expect(acknowledged).toHaveLength(CRASHES * BUYERS)
  const numbers = acknowledged.map(({ orderNumber }) => orderNumber)
  const present = await eventually('the database', async () => {
    const rows = await queryAs(server.url, 'select 1 from orders where number = any ($1)', [numbers]).catch(
      () => undefined,
    )
    return rows
  })
  expect(present).toHaveLength(numbers.length)
  await eventually(
    'every order to be delivered',
    async () => {
      const rows = await queryAs<{ number: string }>(
        server.url,
        `select number from orders where number = any ($1) and state = 'SUCCESS'`,
        [numbers],
      )
      if (rows.length < numbers.length) await shop.help()
      return rows.length === numbers.length
    },
    { deadlineMs: 60_000 },
  )
  const views = await Promise.all(acknowledged.map((order) => trackedOverHttp(shop, order)))
  const codes = views.flatMap((view) =>
    view.lines.flatMap((line) => (line.delivery?.kind === 'codes' ? line.delivery.codes : [])),
  )
  expect(new Set(codes).size).toBe(numbers.length)
  expect(shop.deaths, 'the shop recovers without a restart').toEqual([])
  expect(await checkInvariants(server.url)).toEqual([])
}, 180_000)
