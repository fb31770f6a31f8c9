import {
  applyFact,
  askGateway,
  bookReceived,
  type AnsweredFact,
  type AppliedFact,
  type HeldPayment,
  type Payment,
  type PaymentGateways,
} from '#payments'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import { publish } from '#platform/outbox.ts'
import type { Queue } from '#platform/queue.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { closeLockedOrder } from './close-unpaid-order.ts'
import { ORDER_PAID } from './events.ts'
import { announceWaiting } from './open-order-payment.ts'
import { HOLD_GRACE_MINUTES, type LineRow, type OrderRow } from './order.ts'
import { lockOrder, moveLine, moveOrder, selectLines, setPaidAt, touchOrder } from './orders-store.ts'
import { setPaymentTerms } from './payment-terms-store.ts'
import { tellRefundDone, tellRefundNeedsAccount, tellSurplus } from './refunds/tell-refund.ts'
import { reviveLines } from './revive-lines.ts'

/** What settling a payment needs. */
export type SettleDeps = { db: Database; gateways: PaymentGateways; queue: Queue; clock: Clock }

/** What came of asking the gateway about a payment. */
export type Settlement = AppliedFact['kind']

/**
 * Asks the gateway for the truth about a payment and lets order, books and payment follow it in one transaction.
 * The only way an order becomes paid. Webhooks, pollers and impatient buyers all end here, in any order and number:
 * repeating it changes nothing. `unavailable` means ask again later.
 */
export async function settlePayment(
  deps: SettleDeps,
  paymentId: string,
): Promise<Result<Settlement, { code: 'not_found' | 'unavailable'; detail: string }>> {
  const answer = await askGateway(deps, paymentId)
  return answer.ok ? ok(await settleFact(deps, answer.value.payment, answer.value.fact)) : err(answer.error)
}

/**
 * The same with a fact that was just received from the gateway. Locks the order, then the payment. With `keepsOrder`
 * the end of the payment leaves the order open: another payment is to follow.
 */
export async function settleFact(
  deps: SettleDeps,
  payment: Payment,
  fact: AnsweredFact,
  { keepsOrder = false }: { keepsOrder?: boolean } = {},
): Promise<Settlement> {
  return await deps.db.transaction('orders.settle-payment', { role: 'worker' }, async (tx) => {
    const order = await lockOrder(tx, payment.orderId)
    const now = deps.clock.now()
    const applied = await applyFact(tx, payment, fact, { now })
    switch (applied.kind) {
      case 'unchanged':
        return applied.kind
      case 'opened':
        if (order.state === 'PENDING')
          await moveOrder(tx, order, { to: 'WAITING_PAYMENT', actor: 'gateway', at: now })
        await announceWaiting(tx, payment)
        return applied.kind
      case 'paid_now':
        await acceptMoney(tx, deps, { order, payment: applied.payment, at: now })
        return applied.kind
      case 'closed':
        await followEnd(tx, order, { to: endOf(order, fact, now), keepsOrder, at: now })
        return applied.kind
      case 'double': {
        const { amount, transactionId } = applied
        const key = `${payment.id}:${transactionId}`
        await tellSurplus(tx, { key, orderId: order.id, kind: 'double', amount })
        await tellRefundNeedsAccount(tx, { id: key, orderId: order.id, amount })
        await touchOrder(tx, order.id)
        return applied.kind
      }
      case 'refunded':
      case 'taken_back':
        await Promise.all(applied.settled.map((refund) => tellRefundDone(tx, refund)))
        await touchOrder(tx, order.id)
        return applied.kind
      default:
        await touchOrder(tx, order.id)
        return applied.kind
    }
  })
}

/**
 * The end of an order that follows from the end of its payment. What nobody asked for only counts once the order's time
 * is over: until then its buyer may pay it anew.
 */
function endOf(order: OrderRow, { asked }: AnsweredFact, now: Date): 'EXPIRED' | 'CANCELLED' | undefined {
  if (asked === 'cancel') return 'CANCELLED'
  if (asked === 'expire' || now >= order.expires_at) return 'EXPIRED'
  return order.state === 'PENDING' ? 'CANCELLED' : undefined
}

async function followEnd(
  tx: Tx,
  order: OrderRow,
  end: { to: 'EXPIRED' | 'CANCELLED' | undefined; keepsOrder: boolean; at: Date },
): Promise<void> {
  const { to, keepsOrder, at } = end
  const closing = to === undefined ? undefined : { to, actor: 'gateway', reason: 'payment_closed' }
  const isClosed = closing !== undefined && !keepsOrder && (await closeLockedOrder(tx, order, closing, at))
  if (!isClosed) await touchOrder(tx, order.id)
}

type Received = { order: OrderRow; payment: HeldPayment; at: Date }

/** Decides what confirmed money is for: this order, or nobody yet. It is booked either way, once. */
async function acceptMoney(tx: Tx, deps: SettleDeps, received: Received): Promise<void> {
  const { order, at } = received
  const lines = await selectLines(tx, order.id)
  switch (order.state) {
    case 'PENDING':
    case 'WAITING_PAYMENT':
      await startFulfilment(tx, deps, received, lines)
      return
    case 'EXPIRED':
      if (await reviveLines(tx, lines, { holdMinutes: HOLD_GRACE_MINUTES, reason: 'late_payment', at })) {
        await startFulfilment(tx, deps, received, await selectLines(tx, order.id))
      } else {
        await keepInSuspense(tx, received, 'late', 'paid after expiry, stock is gone')
      }
      return
    case 'CANCELLED':
      await keepInSuspense(tx, received, 'cancelled_order', 'paid after cancellation')
      return
    default:
      await keepInSuspense(tx, received, 'double', `order is ${order.state}`)
  }
}

/** Books money that no order wants and opens a task about it; the buyer's page shows that somebody looks. */
async function keepInSuspense(
  tx: Tx,
  received: Received,
  kind: 'late' | 'cancelled_order' | 'double',
  detail: string,
): Promise<void> {
  const { order, payment, at } = received
  await Promise.all([
    bookReceived(tx, payment, 'suspense', { kind, detail, now: at }),
    touchOrder(tx, order.id),
  ])
}

async function startFulfilment(
  tx: Tx,
  deps: SettleDeps,
  received: Received,
  lines: readonly LineRow[],
): Promise<void> {
  const { order, payment, at } = received
  await Promise.all([
    bookReceived(tx, payment, 'order'),
    followPaid(tx, order, payment),
    publish(tx, { kind: ORDER_PAID, key: `${ORDER_PAID}:${order.id}`, orderId: order.id }),
    setPaidAt(tx, order.id, at),
    moveOrder(tx, order, { to: 'PROCESSING', actor: 'gateway', at }),
    ...lines.map((line) => moveLine(tx, line, { to: 'PROCESSING', actor: 'gateway', at })),
  ])
  for (const line of lines) await deps.queue.enqueue(tx, 'line.fulfil', line.id)
}

/** An earlier attempt may pay an order that has moved on to another one: its terms are what the order was paid by. */
async function followPaid(tx: Tx, order: OrderRow, { method, amount }: HeldPayment): Promise<void> {
  if (amount === order.total && method === order.payment_method) return
  const fee = amount - (order.subtotal - order.discount)
  await setPaymentTerms(tx, order.id, { method, fee, total: amount, expiresAt: order.expires_at })
}
