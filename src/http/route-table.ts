import { importStock } from './admin/import-stock.ts'
import { getRun, listRuns } from './admin/runs.ts'
import { syncServices } from './admin/sync-services.ts'
import { testSupplier } from './admin/test-supplier.ts'
import { createOrder, quoteOrder } from './api/orders.ts'
import { checkNickname, getService, listServices } from './api/services.ts'
import { createTrackEvents } from './api/track-events.ts'
import { cancelOrder, refreshPayment, trackOrder } from './api/track.ts'
import { processOrders } from './cron/process-orders.ts'
import { syncStatus } from './cron/sync-status.ts'
import type { HttpDeps } from './http-deps.ts'
import type { Route } from './route.ts'
import { artRoute } from './system/art.ts'
import { documentationRoutes } from './system/documentation.ts'
import { healthz, metrics, readyz } from './system/health.ts'
import { receiveWebhook } from './webhooks/receive-webhook.ts'

/** Every route with a fixed path, each with its access rule: what is mounted, documented and tested. */
export function routeTable(deps: Pick<HttpDeps, 'drawArt'>, appUrl: string): Route[] {
  const routes: Route[] = [
    listServices,
    getService,
    checkNickname,
    syncServices,
    quoteOrder,
    createOrder,
    trackOrder,
    createTrackEvents(),
    refreshPayment,
    cancelOrder,
    receiveWebhook('midtrans', 'Midtrans'),
    receiveWebhook('vip-reseller', 'VIP-Reseller'),
    processOrders('get'),
    processOrders('post'),
    syncStatus('get'),
    syncStatus('post'),
    testSupplier,
    listRuns,
    getRun,
    importStock,
    healthz,
    readyz,
    metrics,
    artRoute(deps.drawArt),
  ]
  return [...routes, ...documentationRoutes(routes, appUrl)]
}
