import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startSandboxes } from '../../sandboxes/main.ts'
import { openApp } from '../../src/main.ts'
import { parseConfig, Secret, withDatabase } from '../../src/platform/config.ts'
import { createKeyFile } from '../../src/platform/key-ring.ts'
import { createLog } from '../../src/platform/log.ts'
import { createStockSku, markedCodes, type StockSku } from './stock-sku.ts'
import { clusterUrl, createTestDatabase, dropDatabase, onCluster } from './test-database.ts'
import { pullCatalogue, sandboxEnvironment } from './test-shop.ts'

/** A filled shop that nobody is connected to: copies of it are ready within a fraction of a second. */
export type ShopTemplate = {
  keysFile: string
  folder: string
  /** On the shelf, with `stocked` codes. */
  stock: StockSku
  /** 86 Diamonds of Mobile Legends, bought at the supplier. */
  diamonds: { code: string; price: number }
  copy(): Promise<{ url: string; drop(): Promise<void> }>
  drop(): Promise<void>
}

const STOCKED = 40

/** Fills a database with the supplier's catalogue and a shelf of codes, once, for many copies. */
export async function createShopTemplate(): Promise<ShopTemplate> {
  const [database, sandboxes, folder] = await Promise.all([
    createTestDatabase(1),
    startSandboxes({ port: 0, only: ['vip-reseller', 'midtrans'] }),
    mkdtemp(path.join(tmpdir(), 'lapak-test-')),
  ])
  const keysFile = path.join(folder, 'keys.json')
  await createKeyFile(keysFile)
  const parsed = parseConfig({
    ...sandboxEnvironment(sandboxes.urls),
    LAPAK_KEYS: keysFile,
    LAPAK_DATA: folder,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const url = new Secret(database.url)
  const opened = await openApp(withDatabase(parsed.value, { url, directUrl: url }), createLog('error'))
  const synced = await pullCatalogue(opened.app)
  if (!synced.ok || synced.value.status !== 'succeeded') throw new Error(JSON.stringify(synced))
  const stock = await createStockSku({ ...opened, database }, markedCodes('KILL', STOCKED))
  const service = await opened.app.catalog.findService('mobile-legends')
  const sku = service?.products.find((product) => product.name === '86 Diamonds')
  if (sku === undefined) throw new Error('no 86 Diamonds')
  await opened.close()
  await database.db.close()
  await sandboxes.stop()
  const name = new URL(database.url).pathname.slice(1)
  return {
    keysFile,
    folder,
    stock,
    diamonds: { code: sku.sku, price: sku.price },
    copy: () => copyDatabase(name),
    async drop() {
      await dropDatabase(name)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function copyDatabase(template: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `lapak_t_${randomBytes(6).toString('hex')}`
  await onCluster((client) =>
    client.query(`create database ${name} template ${template}`).then(() => undefined),
  )
  const url = new URL(clusterUrl())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => dropDatabase(name) }
}
