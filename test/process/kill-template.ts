import { randomBytes } from 'node:crypto'
import { fillDemoShop } from '../../src/cli/seed.ts'
import { openApp } from '../../src/main.ts'
import { parseConfig, Secret, withDatabase } from '../../src/platform/config.ts'
import { createLog } from '../../src/platform/log.ts'
import { startSandboxes } from '../../sandboxes/main.ts'
import { createShopTemplate, type ShopTemplate } from '../support/shop-template.ts'
import { createStockSku, markedCodes } from '../support/stock-sku.ts'
import { clusterUrl, dropDatabase, onCluster, queryAs } from '../support/test-database.ts'
import { sandboxEnvironment } from '../support/test-shop.ts'

/** What the buyers of a cell may want, one SKU per way to deliver. */
export type KillGoods = {
  /** On the shelf, many of it. */
  stock: string
  /** On the shelf, the last one. */
  last: string
  /** Bought at VIP-Reseller alone, which is asked about a lost answer by its list of orders. */
  listed: string
  /** Bought at Digiflazz alone, which is asked about a lost answer by the same call. */
  repeated: string
  /** Seats of teams and of family plans, by invite. */
  team: string
  family: string
  /** Seats of an account that several buyers share. */
  shared: string
}

/** A filled shop of which every cell gets a copy. */
export type KillTemplate = Pick<ShopTemplate, 'keysFile' | 'folder' | 'copy' | 'drop'> & { goods: KillGoods }

const PULL_WAIT_MS = 60_000
const TEAM = 'KANVAS-30'
const FAMILY = 'TANYA-30'
const SHARED = 'DISNEY-PROFIL-30D'

/** Fills a database with something of every way to deliver, once, for many copies. */
export async function createKillTemplate(): Promise<KillTemplate> {
  const base = await createShopTemplate()
  const [filled, sandboxes] = await Promise.all([
    base.copy(),
    startSandboxes({ port: 0, only: ['midtrans', 'vip-reseller', 'digiflazz', 'invite'] }),
  ])
  const parsed = parseConfig({
    ...sandboxEnvironment(sandboxes.urls),
    LAPAK_KEYS: base.keysFile,
    LAPAK_DATA: base.folder,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  const url = new Secret(filled.url)
  const opened = await openApp(withDatabase(parsed.value, { url, directUrl: url }), createLog('error'))
  await fillDemoShop(opened)
  const request = { connection: 'digiflazz', trigger: 'manual', kind: 'live', mode: 'full' } as const
  const pulled = await opened.app.sync.run(request, PULL_WAIT_MS)
  if (!pulled.ok || pulled.value.status !== 'succeeded') throw new Error(JSON.stringify(pulled))
  const last = await createStockSku({ ...opened, database: filled }, markedCodes('LAST', 1))
  const repeated = await splitSuppliers(filled.url, base.diamonds.code)
  await opened.close()
  await sandboxes.stop()
  const name = new URL(filled.url).pathname.slice(1)
  return {
    keysFile: base.keysFile,
    folder: base.folder,
    goods: {
      stock: base.stock.code,
      last: last.code,
      listed: base.diamonds.code,
      repeated,
      team: TEAM,
      family: FAMILY,
      shared: SHARED,
    },
    copy: () => copyOf(name),
    async drop() {
      await filled.drop()
      await base.drop()
    },
  }
}

/**
 * Leaves each of two products with one supplier, at a price that leaves a margin there, and lets nobody pull offers
 * again. Returns the SKU that Digiflazz has to itself.
 */
async function splitSuppliers(url: string, listed: string): Promise<string> {
  const [found] = await queryAs<{ code: string }>(
    url,
    `select s.code from skus s join products p on p.id = s.product_id join supplier_offers f on f.sku_id = s.id
      where p.slug = 'mobile-legends' and s.code <> $1 and s.available and f.supplier = 'digiflazz' and f.available
      order by f.cost limit 1`,
    [listed],
  )
  if (found === undefined) throw new Error('Digiflazz sells nothing for the game')
  await queryAs(
    url,
    `update supplier_offers f set sku_id = null from skus s
      where s.id = f.sku_id and (s.code, f.supplier) in (($1, 'digiflazz'), ($2, 'vip-reseller'))`,
    [listed, found.code],
  )
  await queryAs(
    url,
    'update sku_prices r set retail = retail * 2 from skus s where s.id = r.sku_id and s.code in ($1, $2)',
    [listed, found.code],
  )
  await queryAs(url, 'delete from sync_schedules')
  return found.code
}

async function copyOf(template: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `lapak_t_${randomBytes(6).toString('hex')}`
  await onCluster((client) =>
    client.query(`create database ${name} template ${template}`).then(() => undefined),
  )
  const url = new URL(clusterUrl())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => dropDatabase(name) }
}
