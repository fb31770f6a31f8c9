import { existsSync } from 'node:fs'
import path from 'node:path'
import {
  checkAccount,
  drawProductArt,
  findRun,
  findService,
  listCards,
  listCategories,
  listRuns,
  listServices,
} from '#catalog'
import { acceptSupplierMessage, importStock } from '#fulfilment'
import {
  cancelOrder,
  findByToken,
  loadOrderWithPayment,
  placeOrder,
  quoteOrder,
  settlePayment,
  trackOrder,
  watchChanges,
  type ChangeWatch,
} from '#orders'
import { acceptGatewayMessage, paymentGateways, type PaymentGateways } from '#payments'
import { countOpenTasks } from '#reports'
import type { App } from './app.ts'
import { createHttp, listen, loadPages } from './http/index.ts'
import { announceThrough } from './jobs/announcements.ts'
import { processOrdersNow, syncStatusNow, testSupplier } from './jobs/operator-runs.ts'
import { QUEUES } from './jobs/queues.ts'
import { startSchedules } from './jobs/schedules.ts'
import type { Shop, ShopTiming } from './jobs/shop.ts'
import { CATALOGUE_CRON, handleInbox, schedules, subscriptions } from './jobs/subscriptions.ts'
import { syncSupplierCatalogue } from './jobs/sync-supplier-catalogue.ts'
import { coalesce } from './jobs/wake-up.ts'
import { refreshTags } from './platform/cache-tags.ts'
import { systemClock } from './platform/clock.ts'
import { PROJECT_DIR, type Config, type Role } from './platform/config.ts'
import { openDatabase, type Database } from './platform/database.ts'
import { armFailpoint } from './platform/failpoint.ts'
import { checkKeysBelong } from './platform/key-check.ts'
import { readKeyRing } from './platform/key-ring.ts'
import type { Log } from './platform/log.ts'
import { createMetrics } from './platform/metrics.ts'
import { openQueue, type Queue } from './platform/queue.ts'
import type { KeyRing } from './platform/sealing.ts'
import { createTaggedCache } from './platform/tagged-cache.ts'
import { createMidtransGateway } from './providers/midtrans/midtrans-gateway.ts'
import { createVipReseller } from './providers/vip-reseller/vip-reseller.ts'
import { err, ok } from './shared/result.ts'

/** Catalogue answers kept in memory: the whole of a shop with a few thousand SKUs, small beside the process. */
const CACHE_BYTES = 48 * 1024 * 1024
/** A change made by another process shows up here within this time. */
const CACHE_REFRESH_SECONDS = 1
/** Running jobs may finish within this time when the process is stopped; others are taken over by their heartbeat. */
const STOP_GRACE_MS = 8_000

/** A running shop: where it answers, and how to end it. */
export type RunningLapak = { url: string; port: number; stop(): Promise<void> }

/** The domain without a server, for the command line. `close` ends its connections. */
export type OpenedApp = { app: App; shop: Shop; close(): Promise<void> }

/** Builds everything a process of Lapak needs, and starts what its role asks for: HTTP, background work, or both. */
export async function startLapak(options: {
  config: Config
  role: Role
  log: Log
  timing?: ShopTiming
}): Promise<RunningLapak> {
  const { config, role, log, timing } = options
  armFailpoint(config.failpoint)
  const works = role !== 'web'
  const { app, shop, close } = await openApp(config, log, {
    works,
    ...(timing === undefined ? {} : { timing }),
  })
  const background = works ? await startWork(shop) : undefined
  const server = role === 'worker' ? undefined : await startServer(config, app, shop)
  return {
    url: server === undefined ? config.appUrl : `http://localhost:${server.port}`,
    port: server?.port ?? 0,
    async stop() {
      await server?.close()
      await background?.stop()
      await close()
    },
  }
}

/**
 * Opens the domain with all its connections. Throws when the keys cannot be read or are not those of the database, or
 * the queue is not migrated.
 */
export async function openApp(
  config: Config,
  log: Log,
  options: { works: boolean; timing?: ShopTiming } = { works: false },
): Promise<OpenedApp> {
  const keys = await readKeyRing(config.keysFile)
  const db = await openCheckedDatabase(config, keys)
  const queue = openQueue({
    url: config.database.url.reveal(),
    directUrl: config.database.directUrl.reveal(),
    definitions: QUEUES,
    log,
    works: options.works,
  })
  await queue.start()
  const shop: Shop = {
    db,
    queue,
    log,
    clock: systemClock,
    keys,
    origin: config.appUrl,
    cache: createTaggedCache({ maxBytes: CACHE_BYTES }),
    gateways: gatewaysOf(config),
    announce: announceThrough(queue),
    ...(options.timing === undefined ? {} : { timing: options.timing }),
    ...suppliersOf(config),
  }
  const watch = watchChanges(db, (error) => log.warn({ err: error }, 'could not look for changed orders'))
  return {
    app: buildApp(config, shop, watch, options.works),
    shop,
    async close() {
      watch.close()
      await queue.stop(STOP_GRACE_MS)
      await db.close()
    },
  }
}

/** The database, once it is certain that these keys open what is in it. */
async function openCheckedDatabase(config: Config, keys: KeyRing): Promise<Database> {
  const db = openDatabase({
    url: config.database.url.reveal(),
    prepared: !config.database.url.reveal().includes('pgbouncer=true'),
  })
  try {
    await checkKeysBelong(db, keys)
    return db
  } catch (error) {
    await db.close()
    throw error
  }
}

function gatewaysOf(config: Config): PaymentGateways {
  const { midtrans } = config
  if (midtrans === null) return paymentGateways([])
  const notificationUrl = `${config.appUrl}/api/webhooks/midtrans`
  return paymentGateways([
    createMidtransGateway({
      serverKey: midtrans.serverKey.reveal(),
      snapUrl: `${midtrans.snapUrl}/snap/v1`,
      apiUrl: midtrans.apiUrl,
      notificationUrl,
      ...(midtrans.merchantId === null ? {} : { merchantId: midtrans.merchantId }),
    }),
  ])
}

function suppliersOf(config: Config): Pick<Shop, 'suppliers' | 'catalogues' | 'checker'> {
  const { vipReseller } = config
  if (vipReseller === null) {
    const checker = {
      checkAccount: async () => ({ valid: null, message: 'Pengecekan ID belum tersedia.' }) as const,
    }
    return { suppliers: new Map(), catalogues: new Map(), checker }
  }
  const vip = createVipReseller({
    apiUrl: vipReseller.apiUrl,
    apiId: vipReseller.apiId.reveal(),
    apiKey: vipReseller.apiKey.reveal(),
  })
  return {
    suppliers: new Map([[vip.supplier.id, vip.supplier]]),
    catalogues: new Map([[vip.catalogue.supplier, vip.catalogue]]),
    checker: vip.accountChecker,
  }
}

function buildApp(config: Config, shop: Shop, watch: ChangeWatch, works: boolean): App {
  // A process that works handles its messages itself; one that only serves tells a worker.
  const handle = (): Promise<unknown> =>
    works ? handleInbox(shop) : shop.queue.wake('inbox.process', 'inbox')
  const wakeInbox = coalesce(handle, shop.log)
  const metrics = createMetrics(shop.db, [deadLetterReading(shop.queue), openTaskReading(shop.db)])
  return {
    catalog: {
      listServices: (query) => listServices(shop, query),
      listCards: (query) => listCards(shop, query),
      findService: (slug) => findService(shop, slug),
      listCategories: () => listCategories(shop),
      checkAccount: (slug, input) => checkAccount(shop, slug, input),
    },
    orders: {
      quote: (request) => quoteOrder(shop, request),
      create: (request, key, visitor) => placeOrder(shop, request, key, visitor.locale),
      track: (token) => trackOrder(shop, token),
      async refreshPayment(token) {
        const order = await findByToken(shop, token)
        if (order === undefined) return undefined
        const { payment } = await loadOrderWithPayment(shop, order.id)
        await settlePayment(shop, payment.id)
        return await trackOrder(shop, token)
      },
      async cancel(token) {
        const cancelled = await cancelOrder(shop, token)
        const view = cancelled.ok ? await trackOrder(shop, token) : undefined
        return view === undefined ? err(cancelled.ok ? { code: 'not_found' } : cancelled.error) : ok(view)
      },
      async waitForChange(token, version, timeoutMs, signal) {
        const current = await trackOrder(shop, token)
        if (current === undefined || current.version > version) return current
        await watch.wait(token, version, timeoutMs, signal)
        return await trackOrder(shop, token)
      },
    },
    webhooks: {
      async accept(provider, rawBody, headers) {
        const accept = shop.gateways.has(provider) ? acceptGatewayMessage : acceptSupplierMessage
        const accepted = await accept(shop, provider, rawBody, headers)
        if (accepted.ok) wakeInbox()
        return accepted
      },
    },
    operator: {
      syncCatalogue: (supplier, trigger, dryRun = false) =>
        syncSupplierCatalogue(shop, supplier, { trigger, dryRun }),
      processOrders: () => processOrdersNow(shop),
      syncStatus: () => syncStatusNow(shop),
      testSupplier: (supplier) => testSupplier(shop, supplier),
      findRun: (runId) => findRun(shop, runId),
      listRuns: (query) => listRuns(shop, query),
      importStock: (skuCode, csv, actor) => importStock(shop, skuCode, csv, actor),
    },
    health: {
      ready: () => isReady(shop),
      metrics: () => metrics.text(),
    },
    shop: {
      ...config.shop,
      origin: config.appUrl,
      snap:
        config.midtrans === null
          ? null
          : { scriptUrl: `${config.midtrans.snapUrl}/snap/snap.js`, clientKey: config.midtrans.clientKey },
    },
  }
}

async function isReady(shop: Shop): Promise<{ database: boolean; queue: boolean }> {
  const answers = await Promise.allSettled([
    shop.db.once('health.database', { role: 'web' }, { text: 'select 1' }),
    shop.queue.deadLetters(),
  ])
  return { database: answers[0].status === 'fulfilled', queue: answers[1].status === 'fulfilled' }
}

function deadLetterReading(queue: Queue): Parameters<typeof createMetrics>[1][number] {
  return {
    name: 'dead_letters',
    help: 'Jobs that ran out of tries, by queue',
    label: 'queue',
    read: async () =>
      (await queue.deadLetters()).map((entry) => ({ label: entry.queue, value: entry.waiting })),
  }
}

function openTaskReading(db: Database): Parameters<typeof createMetrics>[1][number] {
  return {
    name: 'open_tasks',
    help: 'What waits for a person, by kind',
    label: 'kind',
    read: async () => (await countOpenTasks(db)).map(({ kind, count }) => ({ label: kind, value: count })),
  }
}

async function startWork(shop: Shop): Promise<{ stop(): Promise<void> }> {
  for (const [queue, handler] of Object.entries(subscriptions(shop))) await shop.queue.work(queue, handler)
  if (shop.catalogues.size > 0) await shop.queue.schedule('catalogue.sync', CATALOGUE_CRON, 'vip-reseller')
  return startSchedules(schedules(shop), shop.log)
}

async function startServer(
  config: Config,
  app: App,
  shop: Shop,
): Promise<{ port: number; close(): Promise<void> }> {
  const listeners: ((tags: readonly string[] | 'all') => void)[] = []
  const buildDir = path.join(PROJECT_DIR, 'build')
  const hono = createHttp({
    app,
    log: shop.log,
    pages: existsSync(path.join(buildDir, 'server', 'index.js')) ? await loadPages(buildDir, app) : null,
    assetsDir: path.join(buildDir, 'client'),

    drawArt: async (slug) => {
      const service = await app.catalog.findService(slug)
      return service === undefined ? undefined : drawProductArt(slug, service.name, service.category.slug)
    },
    cacheTags: { subscribe: (clear) => void listeners.push(clear) },
    config: {
      appUrl: config.appUrl,
      adminToken: config.adminApiToken.reveal(),
      cronKey: config.cronSecretKey.reveal(),
      trustedProxies: config.trustedProxies,
      snapOrigin: config.midtrans === null ? null : new URL(config.midtrans.snapUrl).origin,
      ...(config.rateLimits ? {} : { rateLimits: 'off' }),
    },
  })
  const refresh = startSchedules(
    [
      {
        name: 'cache',
        everySeconds: CACHE_REFRESH_SECONDS,
        run: async () => {
          const tags = await refreshTags(shop.db, shop.cache)
          if (tags.length > 0) for (const clear of listeners) clear(tags)
        },
      },
    ],
    shop.log,
  )
  const server = await listen(hono, config.port, { host: config.host, appUrl: config.appUrl })
  return {
    port: server.port,
    async close() {
      await server.close()
      await refresh.stop()
    },
  }
}
