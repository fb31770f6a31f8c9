import { reserveStock } from '#fulfilment'
import {
  applyFact,
  askGateway,
  bookReceived,
  type AnsweredFact,
  type AppliedFact,
  type Payment,
  type PaymentGateways,
} from '#payments'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import type { Queue } from '#platform/queue.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { closeLockedOrder } from './close-unpaid-order.ts'
import { HOLD_GRACE_MINUTES, type LineRow, type OrderRow } from './order.ts'
import { lockOrder, moveLine, moveOrder, selectLines, setPaidAt, touchOrder } from './orders-store.ts'

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

/** The same with a fact that was just received from the gateway. Locks the order, then the payment. */
export async function settleFact(
  deps: SettleDeps,
  payment: Payment,
  fact: AnsweredFact,
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
        return applied.kind
      case 'paid_now':
        await acceptMoney(tx, deps, { order, payment: applied.payment, at: now })
        return applied.kind
      case 'closed':
        await closeLockedOrder(
          tx,
          order,
          {
            to: applied.state === 'EXPIRED' ? 'EXPIRED' : 'CANCELLED',
            actor: 'gateway',
            reason: 'payment_closed',
          },
          now,
        )
        return applied.kind
      default:
        await touchOrder(tx, order.id)
        return applied.kind
    }
  })
}

type Received = { order: OrderRow; payment: Payment; at: Date }

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
      if (await reviveLines(tx, lines, at)) {
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
    setPaidAt(tx, order.id, at),
    moveOrder(tx, order, { to: 'PROCESSING', actor: 'gateway', at }),
    ...lines.map((line) => moveLine(tx, line, { to: 'PROCESSING', actor: 'gateway', at })),
  ])
  for (const line of lines) await deps.queue.enqueue(tx, 'line.fulfil', line.id)
}

/** Takes the lines of an expired order up again, with stock claimed anew. False when there is not enough of it. */
async function reviveLines(tx: Tx, lines: readonly LineRow[], at: Date): Promise<boolean> {
  const needs = lines
    .filter((line) => line.delivery_kind === 'STOCK')
    .map((line) => ({ skuId: line.sku_id, quantity: line.quantity, lineId: line.id }))
  const reserved = await reserveStock(tx, needs, HOLD_GRACE_MINUTES)
  if (!reserved.ok) return false
  for (const line of lines)
    await moveLine(tx, line, { to: 'WAITING', actor: 'gateway', reason: 'late_payment', at })
  return true
}
