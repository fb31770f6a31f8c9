import { seedDemo } from '#catalog'
import { setFirstPrices } from '#pricing'
import type { Environment } from '#platform/config.ts'
import type { OpenedApp } from '../main.ts'
import { EXIT, complain, print, type Command, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'

/** Fills a shop with demo products; twice changes nothing. */
export const seedCommand: Command = {
  name: 'seed',
  usage: 'seed',
  summary: 'Mengisi toko dengan data contoh',
  summaryEn: 'Fills the shop with demo data; refused in production',
  run: runSeed,
}

/** Products of the demo, and SKUs whose shelf was filled now. */
export type SeedReport = Awaited<ReturnType<typeof seedDemo>>

const FIRST_SUPPLIER = 'vip-reseller'

/** Demo products and their stock, and the supplier's catalogue when it was never pulled. */
export async function fillDemoShop({ app, shop }: OpenedApp): Promise<SeedReport> {
  const seeded = await seedDemo({
    db: shop.db,
    clock: shop.clock,
    setFirstPrices,
    importStock: (skuCode, csv) => app.operator.importStock(skuCode, csv, 'demo'),
  })
  const { runs } = await app.operator.listRuns({ connection: FIRST_SUPPLIER, limit: 1 })
  if (runs.length > 0) return seeded
  const synced = await app.operator.syncCatalogue(FIRST_SUPPLIER, 'cli')
  if (!synced.ok || synced.value.status !== 'succeeded') {
    complain(
      '• Katalog pemasok belum bisa ditarik. The supplier catalogue could not be pulled yet; it is tried again later.',
    )
  }
  return seeded
}

async function runSeed(_args: string[], env: Environment): Promise<ExitCode> {
  return await withApp(env, async (opened, { config }) => {
    if (config.environment === 'production') {
      complain('✗ Data contoh tidak untuk toko sungguhan. Demo data is not for a real shop.')
      return EXIT.failed
    }
    const report = await fillDemoShop(opened)
    print(`Produk/products: ${report.products}, rak diisi/shelves filled: ${report.stocked}`)
    return EXIT.ok
  })
}
