import { existsSync } from 'node:fs'
import path from 'node:path'
import { drawProductArt, namedProductPictures } from '#catalog'
import type { InviteProviders } from '#fulfilment'
import { watchChanges } from '#orders'
import { paymentGateways, type PaymentGateway, type PaymentGateways } from '#payments'
import { namedResellerPictures } from '#resellers'
import { registerConnections } from '#sync'
import type { App } from './app.ts'
import { createHttp, listen, loadPages } from './http/index.ts'
import { announceThrough } from './jobs/announcements.ts'
import { buildApp } from './jobs/build-app.ts'
import { QUEUES } from './jobs/queues.ts'
import { startSchedules } from './jobs/schedules.ts'
import type { Messaging } from './jobs/messages.ts'
import type { Shop, ShopTiming } from './jobs/shop.ts'
import { enqueueStream } from './jobs/stream-jobs.ts'
import { schedules, subscriptions } from './jobs/subscriptions.ts'
import { syncConnections } from './jobs/sync-connections.ts'
import type { BlobStore } from './platform/blob-store.ts'
import { refreshTags } from './platform/cache-tags.ts'
import { systemClock } from './platform/clock.ts'
import { PROJECT_DIR, type Config, type Role } from './platform/config.ts'
import { openDatabase, type Database } from './platform/database.ts'
import { armFailpoint } from './platform/failpoint.ts'
import { checkKeysBelong } from './platform/key-check.ts'
import { readKeyRing } from './platform/key-ring.ts'
import type { Log } from './platform/log.ts'
import { openQueue } from './platform/queue.ts'
import { createSafeFetch, type SafeFetch } from './platform/safe-fetch.ts'
import type { KeyRing } from './platform/sealing.ts'
import { createTaggedCache } from './platform/tagged-cache.ts'
import { createLocalBlobs } from './providers/blob-local/local-blobs.ts'
import { createS3Blobs } from './providers/blob-s3/s3-blobs.ts'
import { createVercelBlobs } from './providers/blob-vercel/vercel-blobs.ts'
import { createDigiflazz } from './providers/digiflazz/digiflazz.ts'
import { createFeed, type Feed } from './providers/feed/feed.ts'
import { createInviteFamily } from './providers/invite-family/invite-family.ts'
import { createInviteTeams } from './providers/invite-teams/invite-teams.ts'
import { createMailChannel } from './providers/mail/mail-channel.ts'
import { createMidtransGateway } from './providers/midtrans/midtrans-gateway.ts'
import { createTokopayGateway } from './providers/tokopay/tokopay-gateway.ts'
import { createTelegramChannel } from './providers/telegram/telegram-channel.ts'
import { createVipReseller } from './providers/vip-reseller/vip-reseller.ts'
import { createWhatsAppChannel } from './providers/whatsapp/whatsapp-channel.ts'

/** Catalogue answers kept in memory: the whole of a shop with a few thousand SKUs, small beside the process. */
const CACHE_BYTES = 48 * 1024 * 1024
/** A change made by another process shows up here within this time. */
const CACHE_REFRESH_SECONDS = 1
/** Running jobs may finish within this time when the process is stopped; others are taken over by their heartbeat. */
const STOP_GRACE_MS = 8_000

/** Where a local folder's pictures are served. */
const MEDIA_PATH = '/media'

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
  const suppliers = suppliersOf(config)
  const blobs = blobsOf(config)
  const systems = { db, log, blobs, feed: feedOf(config), fetch: pictureFetchOf(config), ...suppliers }
  const shop: Shop = {
    db,
    queue,
    log,
    clock: systemClock,
    keys,
    origin: config.appUrl,
    cache: createTaggedCache({ maxBytes: CACHE_BYTES }),
    gateways: gatewaysOf(config, log),
    inviteProviders: inviteProvidersOf(config),
    announce: announceThrough(queue),
    messaging: messagingOf(config),
    blobs,
    namedPictures: [namedProductPictures, namedResellerPictures],
    sync: {
      db,
      log,
      connections: syncConnections(systems),
      enqueue: enqueueStream(queue),
      ...(options.timing?.sync === undefined ? {} : { timing: options.timing.sync }),
    },
    ...(options.timing === undefined ? {} : { timing: options.timing }),
    ...suppliers,
  }
  await registerConnections(shop.sync)
  const watch = watchChanges(db, (error) => log.warn({ err: error }, 'could not look for changed orders'))
  return {
    app: buildApp(config, shop, watch, options.works),
    shop,
    async close() {
      watch.close()
      await queue.stop(STOP_GRACE_MS)
      for (const channel of shop.messaging.channels.values()) await channel.close?.()
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

/** The payment gateways that are configured. */
function gatewaysOf({ midtrans, tokopay, appUrl }: Config, log: Log): PaymentGateways {
  const gateways: PaymentGateway[] = []
  if (midtrans !== null) {
    gateways.push(
      createMidtransGateway({
        serverKey: midtrans.serverKey.reveal(),
        snapUrl: `${midtrans.snapUrl}/snap/v1`,
        apiUrl: midtrans.apiUrl,
        notificationUrl: `${appUrl}/api/webhooks/midtrans`,
        ...(midtrans.merchantId === null ? {} : { merchantId: midtrans.merchantId }),
      }),
    )
  }
  if (tokopay !== null) {
    gateways.push(
      createTokopayGateway({
        merchantId: tokopay.merchantId,
        secret: tokopay.secret.reveal(),
        apiUrl: tokopay.apiUrl,
        clock: systemClock,
        warn: (detail) => log.warn({ gateway: 'tokopay', detail }, 'an answer was not understood'),
      }),
    )
  }
  return paymentGateways(gateways)
}

/** The suppliers that are configured: whom purchases go to, whose catalogues are pulled, who checks accounts. */
function suppliersOf(config: Config): Pick<Shop, 'suppliers' | 'catalogues' | 'checker'> {
  const vip = vipOf(config)
  const accounts = [vip, digiflazzOf(config)].filter((account) => account !== undefined)
  return {
    suppliers: new Map(accounts.map(({ supplier }) => [supplier.id, supplier])),
    catalogues: new Map(accounts.map(({ catalogue }) => [catalogue.supplier, catalogue])),
    checker: vip?.accountChecker ?? {
      checkAccount: async () => ({ valid: null, message: 'Pengecekan ID belum tersedia.' }) as const,
    },
  }
}

function vipOf({ vipReseller }: Config): ReturnType<typeof createVipReseller> | undefined {
  if (vipReseller === null) return undefined
  const { apiUrl, apiId, apiKey } = vipReseller
  return createVipReseller({ apiUrl, apiId: apiId.reveal(), apiKey: apiKey.reveal() })
}

function digiflazzOf({ digiflazz }: Config): ReturnType<typeof createDigiflazz> | undefined {
  if (digiflazz === null) return undefined
  const { apiUrl, username, apiKey, webhookSecret } = digiflazz
  return createDigiflazz({
    apiUrl,
    username,
    apiKey: apiKey.reveal(),
    webhookSecret: webhookSecret?.reveal() ?? null,
  })
}

/** The providers of memberships that are configured; the accounts at them stand in the database. */
function inviteProvidersOf({ invites }: Config): InviteProviders {
  const { teamsApiUrl, familyApiUrl } = invites
  return new Map(
    [
      teamsApiUrl === null ? [] : [createInviteTeams({ apiUrl: teamsApiUrl })],
      familyApiUrl === null ? [] : [createInviteFamily({ apiUrl: familyApiUrl })],
    ]
      .flat()
      .map((provider) => [provider.id, provider] as const),
  )
}

/** The ways to reach people that are configured. */
function messagingOf({ messages, shop, environment }: Config): Messaging {
  const { smtpUrl, smtpRequireTls: requireTls, mailFrom, whatsApp, telegram } = messages
  const channels = [
    smtpUrl && mailFrom
      ? createMailChannel({ smtpUrl: smtpUrl.reveal(), from: mailFrom, requireTls })
      : undefined,
    whatsApp === null
      ? undefined
      : createWhatsAppChannel({
          apiUrl: whatsApp.apiUrl,
          token: whatsApp.token.reveal(),
          form: environment === 'demo' ? 'text' : 'template',
        }),
    telegram === null
      ? undefined
      : createTelegramChannel({ apiUrl: telegram.apiUrl, botToken: telegram.botToken.reveal() }),
  ].filter((channel) => channel !== undefined)
  return {
    channels: new Map(channels.map((channel) => [channel.channel, channel])),
    staffChat: telegram?.chatId ?? null,
    sender: { shop: shop.name, supportEmail: shop.supportEmail },
  }
}

/** The external feed, when it is configured. */
function feedOf({ feed }: Config): Feed | null {
  return feed === null ? null : createFeed({ apiUrl: feed.apiUrl, token: feed.token.reveal() })
}

/** How pictures are fetched from addresses that the feed names: its own origin may be a private one. */
function pictureFetchOf({ feed }: Config): SafeFetch {
  return createSafeFetch({ allowedOrigins: feed === null ? [] : [new URL(feed.apiUrl).origin] })
}

/** Where pictures are kept, as configured. */
function blobsOf({ blobs }: Config): BlobStore {
  switch (blobs.kind) {
    case 'vercel':
      return createVercelBlobs({
        token: blobs.token.reveal(),
        ...(blobs.apiUrl === null ? {} : { apiUrl: blobs.apiUrl }),
      })
    case 's3': {
      const { endpoint, bucket, accessKeyId, secretAccessKey } = blobs
      return createS3Blobs({ endpoint, bucket, accessKeyId, secretAccessKey: secretAccessKey.reveal() })
    }
    case 'local':
      return createLocalBlobs({ folder: blobs.folder, urlPrefix: MEDIA_PATH })
  }
}

async function startWork(shop: Shop): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController()
  for (const [queue, handler] of Object.entries(subscriptions(shop, stopping.signal)))
    await shop.queue.work(queue, handler)
  const background = startSchedules(schedules(shop), shop.log)
  return {
    async stop() {
      stopping.abort()
      await background.stop()
    },
  }
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
