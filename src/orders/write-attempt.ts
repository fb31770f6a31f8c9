import { loadSkusForOrder } from '#catalog'
import { releaseStock } from '#fulfilment'
import { canBePaid, findPaymentForView, paymentReference, planPayment } from '#payments'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { HOLD_GRACE_MINUTES, PAYMENT_WINDOW_MINUTES, type LineRow, type OrderRow } from './order.ts'
import { lockOrder, moveOrder, selectLines } from './orders-store.ts'
import { setPaymentTerms } from './payment-terms-store.ts'
import { mayRenew } from './payment-view.ts'
import { selectFloors } from './renewals-view-store.ts'
import { holdLines, reviveLines } from './revive-lines.ts'

/** The way to pay that the buyer chose, with what it costs. */
export type WantedMethod = { method: string; gateway: string; fee: number; total: number }

const MINUTE_MS = 60_000
/** Somebody who changes the way to pay in the last moment gets at least this long to use it. */
const LEAST_WINDOW_MINUTES = 15

type Refused = { code: 'price_changed' | 'sku_unavailable' }

/**
 * Writes the next attempt of an order, its goods held for the time it has: an expired order comes back with stock claimed
 * anew. `moved` when the order or its payment is no longer as it was seen: somebody else paid it or renewed it first.
 * `held` when the payment is under review: it may bring money yet. Refused when a line may not be sold at its price any more. Locks the order; the caller opens the payment.
 */
export async function writeAttempt(
  deps: { db: Database; clock: Clock },
  orderId: string,
  { seen, wanted }: { seen: string; wanted: WantedMethod },
): Promise<Result<'written' | 'moved' | 'held', Refused>> {
  return await deps.db.transaction('orders.renew-payment', { role: 'worker' }, async (tx) => {
    const order = await lockOrder(tx, orderId)
    const [paying, lines] = await Promise.all([findPaymentForView(tx, orderId), selectLines(tx, orderId)])
    const newest = paying?.payment
    if (newest?.id === seen && newest.state === 'REVIEW' && canBePaid(newest)) return ok('held')
    if (newest === undefined || newest.id !== seen || canBePaid(newest)) return ok('moved')
    if (!mayRenew(order, newest)) return ok('moved')
    const refused = await refuseLines(tx, lines)
    if (refused !== undefined) return err(refused)
    const now = deps.clock.now()
    const expiresAt = endOf(order, now)
    if (!(await holdGoods(tx, { order, lines, expiresAt, now }))) return err({ code: 'sku_unavailable' })
    const { method, gateway, fee, total } = wanted
    const attempt = newest.attempt + 1
    const planned = {
      id: newId(),
      orderId,
      attempt,
      gateway,
      method,
      reference: paymentReference(order.number, attempt),
      amount: total,
      expiresAt,
    }
    await Promise.all([
      setPaymentTerms(tx, orderId, { method, fee, total, expiresAt }),
      planPayment(tx, { ...planned, now, reason: 'paid anew' }),
    ])
    return ok('written')
  })
}

/** Why an order may not be paid anew as it was bought, or undefined. Asked before its open payment is ended. */
export async function findRefusal(deps: { db: Database }, orderId: string): Promise<Refused | undefined> {
  return await deps.db.transaction('orders.check-renewal', { role: 'worker' }, async (tx) =>
    refuseLines(tx, await selectLines(tx, orderId)),
  )
}

/** A line is sold at the price it was bought for, unless that would be below its least price of today. */
async function refuseLines(tx: Tx, lines: readonly LineRow[]): Promise<Refused | undefined> {
  const codes = lines.map((line) => line.sku_code)
  const ids = lines.map((line) => line.sku_id)
  const [loaded, floors] = await Promise.all([loadSkusForOrder(tx, codes), selectFloors(tx, ids)])
  const skus = new Map(loaded.map((sku) => [sku.skuId, sku]))
  const isGone = lines.some((line) => {
    const sku = skus.get(line.sku_id)
    if (sku === undefined || sku.price === null) return true
    if (sku.state !== 'active' || sku.productState !== 'active') return true
    // Whether a code is left for the line is found out by holding it: its own does not count as free.
    return line.delivery_kind !== 'STOCK' && !sku.available
  })
  if (isGone) return { code: 'sku_unavailable' }
  const isBelow = lines.some(
    (line) => line.unit_price < (floors.get(line.sku_id) ?? Number.POSITIVE_INFINITY),
  )
  return isBelow ? { code: 'price_changed' } : undefined
}

/** An order that comes back has a whole new window; one that still waits keeps its end, unless that is too near. */
function endOf(order: OrderRow, now: Date): Date {
  const after = (minutes: number): Date => new Date(now.getTime() + minutes * MINUTE_MS)
  if (order.state === 'EXPIRED') return after(PAYMENT_WINDOW_MINUTES)
  const least = after(LEAST_WINDOW_MINUTES)
  return order.expires_at > least ? order.expires_at : least
}

async function holdGoods(
  tx: Tx,
  { order, lines, expiresAt, now }: { order: OrderRow; lines: LineRow[]; expiresAt: Date; now: Date },
): Promise<boolean> {
  const holdMinutes = Math.ceil((expiresAt.getTime() - now.getTime()) / MINUTE_MS) + HOLD_GRACE_MINUTES
  if (order.state !== 'EXPIRED') {
    if (expiresAt.getTime() === order.expires_at.getTime()) return true
    // Held anew for longer; nobody else gets hold of the units in between.
    await releaseStock(
      tx,
      lines.map((line) => line.id),
    )
    return await holdLines(tx, lines, holdMinutes)
  }
  if (!(await reviveLines(tx, lines, { holdMinutes, reason: 'paid_anew', at: now }))) return false
  await moveOrder(tx, order, { to: 'WAITING_PAYMENT', actor: 'buyer', reason: 'paid_anew', at: now })
  return true
}
