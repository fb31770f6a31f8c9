import { checkAccount, findService, listCards, listCategories, listServices } from '#catalog'
import { acceptSupplierMessage, importStock } from '#fulfilment'
import { cancelOrder, placeOrder, quoteOrder, trackOrder, type ChangeWatch } from '#orders'
import { messageReadings } from '#notifications'
import { acceptGatewayMessage, type Acknowledgement } from '#payments'
import { countOpenTasks } from '#reports'
import { syncReadings } from '#sync'
import type { Config } from '#platform/config.ts'
import type { Database } from '#platform/database.ts'
import { createMetrics, type Reading } from '#platform/metrics.ts'
import type { Queue } from '#platform/queue.ts'
import { err, ok } from '#shared/result.ts'
import type { App } from '../app.ts'
import { incidentsApp, messagesApp } from './messages-app.ts'
import { exitsApp } from './exits-app.ts'
import { invitesApp } from './invites-app.ts'
import { methodsApp, paymentsApp } from './methods-app.ts'
import { pricesApp } from './prices-app.ts'
import { processOrdersNow, syncStatusNow, testSupplier } from './operator-runs.ts'
import { sharedStockApp } from './shared-stock-app.ts'
import type { Shop } from './shop.ts'
import { suppliersApp } from './suppliers-app.ts'
import { handleInbox } from './subscriptions.ts'
import { exportsApp, feedApp, mediaApp, syncApp } from './sync-app.ts'
import { tasksApp } from './tasks-app.ts'
import { coalesce } from './wake-up.ts'

/** Most senders read the HTTP status only. */
const STORED: Acknowledgement = { status: 200, contentType: 'application/json', body: '{"status":true}' }

/** What pages and routes may ask, answered by the modules. A process that `works` handles messages itself. */
export function buildApp(config: Config, shop: Shop, watch: ChangeWatch, works: boolean): App {
  // A process that works handles its messages itself; one that only serves tells a worker.
  const handle = (): Promise<unknown> =>
    works ? handleInbox(shop) : shop.queue.wake('inbox.process', 'inbox')
  const wakeInbox = coalesce(handle, shop.log)
  const metrics = createMetrics(shop.db, [
    deadLetterReading(shop.queue),
    openTaskReading(shop.db),
    ...syncReadings(shop.sync),
    ...messageReadings(shop.db),
  ])
  return {
    catalog: {
      listServices: (query) => listServices(shop, query),
      listCards: (query) => listCards(shop, query),
      findService: (slug) => findService(shop, slug),
      listCategories: () => listCategories(shop),
      checkAccount: (slug, input) => checkAccount(shop, slug, input),
    },
    orders: ordersApp(shop, watch),
    webhooks: {
      async accept(provider, rawBody, headers) {
        const gateway = shop.gateways.get(provider)
        const accept = gateway === undefined ? acceptSupplierMessage : acceptGatewayMessage
        const accepted = await accept(shop, provider, rawBody, headers)
        if (!accepted.ok) return accepted
        wakeInbox()
        return ok(gateway?.acknowledgement ?? STORED)
      },
    },
    operator: {
      processOrders: () => processOrdersNow(shop),
      syncStatus: () => syncStatusNow(shop),
      testSupplier: (supplier) => testSupplier(shop, supplier),
      importStock: (skuCode, csv, actor) => importStock(shop, skuCode, csv, actor),
    },
    messages: messagesApp(shop),
    incidents: incidentsApp(shop),
    tasks: tasksApp(shop),
    sync: syncApp(shop),
    prices: pricesApp(shop),
    suppliers: suppliersApp(shop),
    methods: methodsApp(shop),
    invites: invitesApp(shop),
    sharedStock: sharedStockApp(shop),
    feed: feedApp(shop),
    exports: exportsApp(shop),
    media: mediaApp(shop, config.blobs.kind === 'local'),
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

function ordersApp(shop: Shop, watch: ChangeWatch): App['orders'] {
  return {
    quote: (request) => quoteOrder(shop, request),
    create: (request, key, visitor) => placeOrder(shop, request, key, visitor.locale),
    track: (token) => trackOrder(shop, token),
    ...paymentsApp(shop),
    ...exitsApp(shop),
    async cancel(token) {
      const cancelled = await cancelOrder(shop, token)
      const view = cancelled.ok ? await trackOrder(shop, token) : undefined
      return view === undefined ? err(cancelled.ok ? { code: 'not_found' } : cancelled.error) : ok(view)
    },
    waitForChange: (token, version, timeoutMs, signal) => watch.wait(token, version, timeoutMs, signal),
  }
}

async function isReady(shop: Shop): Promise<{ database: boolean; queue: boolean }> {
  const answers = await Promise.allSettled([
    shop.db.once('health.database', { role: 'web' }, { text: 'select 1' }),
    shop.queue.deadLetters(),
  ])
  return { database: answers[0].status === 'fulfilled', queue: answers[1].status === 'fulfilled' }
}

function deadLetterReading(queue: Queue): Reading {
  return {
    name: 'dead_letters',
    help: 'Jobs that ran out of tries, by queue',
    label: 'queue',
    read: async () =>
      (await queue.deadLetters()).map((entry) => ({ label: entry.queue, value: entry.waiting })),
  }
}

function openTaskReading(db: Database): Reading {
  return {
    name: 'open_tasks',
    help: 'What waits for a person, by kind',
    label: 'kind',
    read: async () => (await countOpenTasks(db)).map(({ kind, count }) => ({ label: kind, value: count })),
  }
}
