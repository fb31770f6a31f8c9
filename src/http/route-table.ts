import { importStock } from './admin/import-stock.ts'
import { acknowledgeIncident, listIncidents } from './admin/incidents.ts'
import { changePaymentMethod, listPaymentMethods } from './admin/payment-methods.ts'
import { listMessages, previewTemplate } from './admin/messages.ts'
import { listPriceChanges, revertPriceChange } from './admin/price-changes.ts'
import { explainPrice, previewPrices } from './admin/prices.ts'
import {
  importProviderAccounts,
  listProviderAccounts,
  setProviderAccountState,
} from './admin/provider-accounts.ts'
import {
  addSharedCredential,
  endSharedCredential,
  listSharedCredentials,
  rotateSharedCredential,
  setSharedCredentialState,
} from './admin/shared-credentials.ts'
import { listSuppliers, pauseSupplier, resumeSupplier } from './admin/suppliers.ts'
import { decideTask, getTask, listTasks, openTaskAccount, refundOrder } from './admin/tasks.ts'
import { testSupplier } from './admin/test-supplier.ts'
import { correctLineInput, declineLine, setRefundAccount } from './api/exits.ts'
import { createOrder, quoteOrder } from './api/orders.ts'
import { listOrderMethods, qrPicture, renewPayment } from './api/payments.ts'
import { checkNickname, getService, listServices } from './api/services.ts'
import { createTrackEvents } from './api/track-events.ts'
import { cancelOrder, refreshPayment, trackOrder } from './api/track.ts'
import { processOrders } from './cron/process-orders.ts'
import { syncStatus } from './cron/sync-status.ts'
import type { HttpDeps } from './http-deps.ts'
import type { Route } from './route.ts'
import { listConnections, pauseConnection, setSchedule } from './sync/connections.ts'
import { discardDeadLetter, listDeadLetters, replayDeadLetters } from './sync/dead-letters.ts'
import { approveRun, cancelRun } from './sync/decide-run.ts'
import { exportRoute } from './sync/exports.ts'
import { listFeedProducts, listFeedResellers } from './sync/feed-lists.ts'
import { lockField } from './sync/field-locks.ts'
import { getRun, listRunChanges, listRuns } from './sync/runs.ts'
import { syncData } from './sync/sync-data.ts'
import { syncServices } from './sync/sync-services.ts'
import { artRoute } from './system/art.ts'
import { documentationRoutes } from './system/documentation.ts'
import { healthz, metrics, readyz } from './system/health.ts'
import { readMedia } from './system/media.ts'
import { receiveWebhook } from './webhooks/receive-webhook.ts'

/** Every route with a fixed path, each with its access rule: what is mounted, documented and tested. */
export function routeTable(
  deps: Pick<HttpDeps, 'drawArt'> & Partial<Pick<HttpDeps, 'log'>>,
  appUrl: string,
): Route[] {
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
    listOrderMethods,
    renewPayment,
    qrPicture,
    correctLineInput,
    declineLine,
    setRefundAccount,
    receiveWebhook('midtrans', 'Midtrans'),
    receiveWebhook('tokopay', 'Tokopay'),
    receiveWebhook('vip-reseller', 'VIP-Reseller'),
    receiveWebhook('digiflazz', 'Digiflazz'),
    processOrders('get'),
    processOrders('post'),
    syncStatus('get'),
    syncStatus('post'),
    testSupplier,
    listProviderAccounts,
    importProviderAccounts,
    setProviderAccountState,
    listSuppliers,
    pauseSupplier,
    resumeSupplier,
    importStock,
    listSharedCredentials,
    addSharedCredential,
    rotateSharedCredential,
    endSharedCredential,
    setSharedCredentialState,
    listIncidents,
    acknowledgeIncident,
    listTasks,
    getTask,
    decideTask,
    openTaskAccount,
    refundOrder,
    listMessages,
    previewTemplate,
    listPaymentMethods,
    changePaymentMethod,
    // Before the SKU: `changes` is none.
    listPriceChanges,
    revertPriceChange,
    previewPrices,
    explainPrice,
    ...syncRoutes(deps.log),
    healthz,
    readyz,
    metrics,
    artRoute(deps.drawArt),
    readMedia,
  ]
  return [...routes, ...documentationRoutes(routes, appUrl)]
}

/** What operators and cron ask of the synchronisation. */
function syncRoutes(log: HttpDeps['log'] | undefined): Route[] {
  return [
    syncData,
    listFeedResellers,
    listFeedProducts,
    listRuns,
    getRun,
    listRunChanges,
    cancelRun,
    approveRun,
    listConnections,
    pauseConnection('pause'),
    pauseConnection('resume'),
    setSchedule,
    listDeadLetters,
    replayDeadLetters,
    discardDeadLetter,
    lockField('put'),
    lockField('delete'),
    exportRoute(log),
  ]
}
