import { DEMO_INVITE_ACCOUNTS, DEMO_INVITE_PLANS, DEMO_SHARED, seedDemo } from '#catalog'
import { setInvitePlan } from '#fulfilment'
import { setFirstPrices } from '#pricing'
import type { Environment } from '#platform/config.ts'
import type { OpenedApp } from '../main.ts'
import { EXIT, complain, print, type ExitCode } from './command.ts'
import { withApp } from './open-project.ts'

/** Products of the demo, and SKUs whose shelf was filled now. */
export type SeedReport = Awaited<ReturnType<typeof seedDemo>>

const FIRST_SUPPLIER = 'vip-reseller'
/** A supplier that failed more often than this in a row is worth one more try at the next start. */
const RUNS_LOOKED_AT = 50
/** A catalogue of a few thousand rows takes a second or two; a demo that still waits after this starts without. */
const FIRST_PULL_MS = 60_000

/** Demo products and their stock, and the supplier's catalogue when it was never pulled. */
export async function fillDemoShop({ app, shop }: Pick<OpenedApp, 'app' | 'shop'>): Promise<SeedReport> {
  const seeded = await seedDemo({
    db: shop.db,
    clock: shop.clock,
    setFirstPrices,
    importStock: (skuCode, csv) => app.operator.importStock(skuCode, csv, 'demo'),
  })
  await fillSharedDemo(app)
  await fillInviteDemo({ app, shop })
  if (await wasPulled(app)) return seeded
  const request = { connection: FIRST_SUPPLIER, trigger: 'cli', kind: 'live', mode: 'full' } as const
  const synced = await app.sync.run(request, FIRST_PULL_MS)
  if (!synced.ok || synced.value.status !== 'succeeded') {
    complain(
      '• Katalog pemasok belum bisa ditarik. The supplier catalogue could not be pulled yet; it is tried again later.',
    )
  }
  return seeded
}

/** Accounts behind the SKUs that sell seats, where there are none yet. */
async function fillSharedDemo({ sharedStock }: OpenedApp['app']): Promise<void> {
  for (const { sku, days, credentials } of DEMO_SHARED) {
    if ((await sharedStock.list(sku)).length > 0) continue
    const shared = await sharedStock.share(sku, days)
    if (!shared.ok) continue
    for (const credential of credentials) await sharedStock.add(sku, credential, 'demo')
  }
}

/** Plans and accounts behind the SKUs that are sold by invite, as far as their provider is there. */
async function fillInviteDemo({ app, shop }: Pick<OpenedApp, 'app' | 'shop'>): Promise<void> {
  const known = new Set((await app.invites.accounts()).map((account) => account.externalId))
  const fresh = DEMO_INVITE_ACCOUNTS.filter(
    ({ provider, externalId }) => shop.inviteProviders.has(provider) && !known.has(externalId),
  )
  if (fresh.length === 0) return
  for (const { sku, ...plan } of DEMO_INVITE_PLANS) await setInvitePlan(shop.db, sku, plan)
  await app.invites.importAccounts(fresh, 'demo')
}

/** Whether one of the latest runs brought the catalogue: a failed one, or one that is going on, does not count. */
async function wasPulled(app: OpenedApp['app']): Promise<boolean> {
  const { runs } = await app.sync.listRuns({ connection: FIRST_SUPPLIER, limit: RUNS_LOOKED_AT })
  return runs.some((run) => run.kind === 'live' && run.status === 'succeeded')
}

/** Fills a shop with demo products; twice changes nothing. */
export async function runSeed(_args: string[], env: Environment): Promise<ExitCode> {
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
