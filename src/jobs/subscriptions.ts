import { followAvailability } from '#catalog'
import {
  checkDueInvites,
  checkDuePurchases,
  checkInvite,
  checkPurchase,
  handleSupplierMessage,
  inspectAccounts,
  purgeScores,
  reclaimSeats,
  sendInvite,
  sendPurchase,
  sendWaitingInvites,
  suppliersAtRest,
  tellEndingSeats,
  watchBalances,
} from '#fulfilment'
import {
  closeStalledOrders,
  endLeftAttempts,
  expireOrders,
  fulfilLine,
  giveRefund,
  noEarlierRuns,
  purgeIdempotencyKeys,
  returnSurplus,
  settleLine,
  showLineAgain,
  settlePayment,
  sweepDeadlines,
  sweepLines,
  sweepRefundedLines,
} from '#orders'
import { duePayments, dueRefunds, handleGatewayMessage, purgeRefundAccounts, type Payment } from '#payments'
import { repriceSkus } from '#pricing'
import {
  checkAlerts,
  purgeImages,
  purgeSync,
  runDueSchedules,
  sweepPushes,
  sweepSync,
  workStream,
} from '#sync'
import { attemptEach } from '#platform/attempt-each.ts'
import { purgeMessages, type InboxMessage, type InboxVerdict } from '#platform/inbox.ts'
import type { Job } from '#platform/queue.ts'
import { watchIncidents } from './incidents.ts'
import { purgeNews, sendMessageNow, sweepMessages, tellNews } from './messages.ts'
import type { QueueName } from './queues.ts'
import type { Schedule } from './schedules.ts'
import { processInbox } from './process-inbox.ts'
import type { Shop } from './shop.ts'
import { readStreamId } from './stream-jobs.ts'

/**
 * Questions to one gateway in one turn of three seconds, and at once: with answers of 0.3 s they keep 1,200 open payments
 * within their two minutes, and are never more than 20 a second.
 */
const POLLS_PER_TURN = 60
const POLLS_AT_ONCE = 10
/** Rows that one turn of a schedule takes; the next turn takes the rest. */
const BATCH = 50
/** A fresh line is left to its own job; older ones have lost it. */
const LINE_SWEEP_AFTER_SECONDS = 30

/** Which use case each queue runs. `stopping` fires when the process is to end: long work then hands over early. */
export function subscriptions(
  shop: Shop,
  stopping: AbortSignal,
): Record<QueueName, (job: Job) => Promise<void>> {
  return {
    'inbox.process': async () => void (await handleInbox(shop)),
    'line.fulfil': ({ payload }) => fulfilLine(shop, payload.id),
    'line.settle': ({ payload }) => settleLine(shop, payload.id),
    'line.show': ({ payload }) => showLineAgain(shop, payload.id),
    'purchase.send': async ({ payload }) => void (await sendPurchase(shop, payload.id)),
    'purchase.check': async ({ payload }) => void (await checkPurchase(shop, payload.id)),
    'invite.send': async ({ payload }) => void (await sendInvite(shop, payload.id)),
    'invite.check': async ({ payload }) => void (await checkInvite(shop, payload.id)),
    'refund.send': ({ payload }) => giveRefund(shop, payload.id),
    'message.send': ({ payload }) => sendMessageNow(shop, payload.id),
    'sync.pull': ({ payload, signal }) => pullStream(shop, payload.id, AbortSignal.any([signal, stopping])),
  }
}

/** Everything that is looked for again and again, and how often. */
export function schedules(shop: Shop): Schedule[] {
  const longest = shop.timing?.scheduleSeconds ?? Number.POSITIVE_INFINITY
  return everySchedule(shop).map((schedule) => ({
    ...schedule,
    everySeconds: Math.min(schedule.everySeconds, longest),
  }))
}

function everySchedule(shop: Shop): Schedule[] {
  const earlier = noEarlierRuns()
  return [
    { name: 'inbox', everySeconds: 2, run: () => handleInbox(shop) },
    { name: 'payments', everySeconds: 3, run: () => askDuePayments(shop) },
    { name: 'balances', everySeconds: 15, run: () => followBalances(shop) },
    { name: 'purchases', everySeconds: 1, run: () => checkDuePurchases(shop, BATCH) },
    { name: 'news', everySeconds: 1, run: () => tellNews(shop) },
    { name: 'messages', everySeconds: 3, run: () => sweepMessages(shop) },
    { name: 'incidents', everySeconds: 30, run: () => watchIncidents(shop) },
    { name: 'invites', everySeconds: 1, run: () => checkDueInvites(shop, BATCH) },
    { name: 'waiting invites', everySeconds: 2, run: () => sendWaitingInvites(shop, BATCH) },
    { name: 'seats to leave', everySeconds: 15, run: () => reclaimSeats(shop, BATCH) },
    { name: 'seats that end', everySeconds: 300, run: () => tellEndingSeats(shop) },
    { name: 'invite accounts', everySeconds: 15, run: () => inspectAccounts(shop, BATCH) },
    { name: 'refunds', everySeconds: 10, run: () => sendDueRefunds(shop) },
    { name: 'surplus money', everySeconds: 10, run: () => returnSurplus(shop) },
    { name: 'refunded lines', everySeconds: 30, run: () => sweepRefundedLines(shop) },
    { name: 'lines', everySeconds: 15, run: () => sweepLines(shop, LINE_SWEEP_AFTER_SECONDS) },
    { name: 'stalled orders', everySeconds: 20, run: () => closeStalledOrders(shop) },
    { name: 'deadlines', everySeconds: 60, run: () => sweepDeadlines(shop, earlier) },
    { name: 'old rows', everySeconds: 3_600, run: () => purge(shop) },
    { name: 'old pictures', everySeconds: 3_600, run: () => purgeImages(shop) },
    { name: 'left payments', everySeconds: 20, run: () => endLeftAttempts(shop) },
    { name: 'overdue orders', everySeconds: 20, run: () => expireOrders(shop) },
    { name: 'streams', everySeconds: 15, run: () => sweepSync(shop.sync) },
    { name: 'due runs', everySeconds: 20, run: () => runDueSchedules(shop.sync) },
    { name: 'wished pushes', everySeconds: 10, run: () => sweepPushes(shop.sync) },
    { name: 'alerts', everySeconds: 60, run: () => checkAlerts(shop.sync) },
    {
      name: 'availability',
      everySeconds: 60,
      run: () => followSuppliers(shop),
    },
  ]
}

/** Handles every message that is due, from gateways and suppliers alike. Harmless to call from several places at once. */
export async function handleInbox(shop: Shop): Promise<{ handled: number }> {
  const fromGateway = (message: InboxMessage): Promise<InboxVerdict> => handleGatewayHint(shop, message)
  const fromSupplier = (message: InboxMessage): Promise<InboxVerdict> => handleSupplierHint(shop, message)
  const gateways = [...shop.gateways.keys()].map((id) => [id, fromGateway] as const)
  const suppliers = [...shop.suppliers.keys()].map((id) => [id, fromSupplier] as const)
  return await processInbox({ ...shop, handlers: Object.fromEntries([...gateways, ...suppliers]) })
}

async function handleGatewayHint(shop: Shop, message: InboxMessage): Promise<InboxVerdict> {
  const paymentId = await handleGatewayMessage(shop, message)
  if (paymentId === undefined) return { kind: 'later', outcome: 'no such payment yet' }
  const settled = await settlePayment(shop, paymentId)
  return settled.ok
    ? { kind: 'handled', outcome: settled.value }
    : { kind: 'unavailable', outcome: settled.error.code }
}

async function handleSupplierHint(shop: Shop, message: InboxMessage): Promise<InboxVerdict> {
  const purchaseId = await handleSupplierMessage(shop, message)
  if (purchaseId === undefined) return { kind: 'later', outcome: 'no such purchase yet' }
  return { kind: 'handled', outcome: 'check announced' }
}

/** Asks gateways about payments whose turn it is: few at a time of each, none waits for another gateway. */
async function askDuePayments(shop: Shop): Promise<void> {
  const due = await duePayments(shop, POLLS_PER_TURN)
  const byGateway = Map.groupBy(due, (payment) => payment.gateway)
  await Promise.all([...byGateway.values()].map((payments) => askInTurns(shop, payments)))
}

async function askInTurns(shop: Shop, payments: readonly Payment[]): Promise<void> {
  for (let start = 0; start < payments.length; start += POLLS_AT_ONCE) {
    const some = payments.slice(start, start + POLLS_AT_ONCE)
    await Promise.all(
      some.map(({ id }) =>
        attemptEach([id], { log: shop.log, name: 'payments.due' }, (one) => settlePayment(shop, one)),
      ),
    )
  }
}

/** Offers follow the clock, the suppliers that are configured, and those that rest. */
export async function followSuppliers(shop: Shop): Promise<void> {
  const atRest = await suppliersAtRest(shop)
  await followAvailability({ ...shop, reprice: repriceSkus, atRest })
}

async function followBalances(shop: Shop): Promise<void> {
  const { changed } = await watchBalances(shop)
  if (changed.length > 0) await followSuppliers(shop)
}

async function sendDueRefunds(shop: Shop): Promise<void> {
  const due = await dueRefunds(shop.db, BATCH)
  await attemptEach(due, { log: shop.log, name: 'refunds.due' }, (id) => giveRefund(shop, id))
}

async function purge(shop: Shop): Promise<void> {
  await purgeMessages(shop.db)
  await purgeScores(shop.db)
  await purgeNews(shop)
  await purgeIdempotencyKeys(shop.db)
  await purgeRefundAccounts(shop.db)
  await purgeSync(shop)
}

/** One turn on a stream; what is left of it comes as another job. A push that was just wished may have no run yet. */
async function pullStream(shop: Shop, id: string, signal: AbortSignal): Promise<void> {
  const stream = readStreamId(id)
  if (stream === undefined) return
  const worked = await workStream(shop.sync, stream.connection, stream.stream, signal)
  if (worked.kind === 'idle') await sweepPushes(shop.sync)
}
