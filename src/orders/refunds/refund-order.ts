import { createHash } from 'node:crypto'
import { postJournal } from '#ledger'
import { requestRefund } from '#payments'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { publish } from '#platform/outbox.ts'
import type { Queue } from '#platform/queue.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { LineRow, OrderRow } from '../order.ts'
import { findPaidPayment, lockOrder, selectLines, touchOrder } from '../orders-store.ts'
import { addGivenBack, findOrderIdByNumber, sumOfRefunds, selectGivenBack } from './given-back-store.ts'

/** What giving money back by decision needs. */
export type RefundOrderDeps = { db: Database; queue: Queue; clock: Clock }

/** What staff want given back: of one line (by its number) or of all; `amount` in rupiah, everything left without. */
export type RefundWish = { line?: number; amount?: number; reason: string }

/**
 * Why nothing was given back. `line_open`: goods may still arrive. `nothing_left`: at most `available` is left of what
 * was delivered. `not_refundable`: no money is here, or a bank took it.
 */
export type RefundOrderRefusal =
  | { code: 'order_unknown' | 'line_unknown' | 'line_open' | 'not_refundable' | 'invalid_request' }
  | { code: 'nothing_left'; available: number }

/**
 * Gives money of delivered lines back by decision of a person: the revenue is taken back and a refund requested per
 * line, in one transaction. The same wish for the same reason again changes nothing, so that a double click refunds
 * once. Never while a line is open; lines that failed were refunded by policy and have nothing left. Locks the order.
 */
export async function refundOrder(
  deps: RefundOrderDeps,
  orderNumber: string,
  wish: RefundWish,
  by: string,
): Promise<Result<{ amount: number }, RefundOrderRefusal>> {
  const { amount, reason } = wish
  if (reason.trim() === '' || (amount !== undefined && (!Number.isSafeInteger(amount) || amount <= 0)))
    return err({ code: 'invalid_request' })
  return await deps.db.transaction('orders.refund-by-staff', { role: 'worker' }, async (tx) => {
    const orderId = await findOrderIdByNumber(tx, orderNumber)
    if (orderId === undefined) return err({ code: 'order_unknown' })
    const order = await lockOrder(tx, orderId)
    const all = await selectLines(tx, orderId)
    const lines = wish.line === undefined ? all : all.filter((line) => line.position === wish.line)
    if (lines.length === 0) return err({ code: 'line_unknown' })
    if (lines.some(isOpen)) return err({ code: 'line_open' })
    return await giveBack(tx, deps, { order, lines, wish, by })
  })
}

function isOpen({ state }: LineRow): boolean {
  return state === 'WAITING' || state === 'PROCESSING' || state === 'NEEDS_INPUT'
}

type Giving = { order: OrderRow; lines: readonly LineRow[]; wish: RefundWish; by: string }
type Share = { line: LineRow; left: number }

/** Spreads the amount over the delivered lines in their order, each up to what is left of it. */
async function giveBack(
  tx: Tx,
  deps: RefundOrderDeps,
  { order, lines, wish, by }: Giving,
): Promise<Result<{ amount: number }, RefundOrderRefusal>> {
  const delivered = lines.filter((line) => line.state === 'DELIVERED')
  const key = wishKey(wish)
  const [payment, given, repeated] = await Promise.all([
    findPaidPayment(tx, order.id),
    selectGivenBack(tx, order.id),
    sumOfRefunds(
      tx,
      delivered.map((line) => businessKey(line, key)),
    ),
  ])
  if (payment === undefined) return err({ code: 'not_refundable' })
  if (repeated !== undefined) return ok({ amount: repeated })
  const shares = delivered.map((line) => ({ line, left: line.total - (given.get(line.id) ?? 0) }))
  const available = shares.reduce((sum, share) => sum + share.left, 0)
  const amount = wish.amount ?? available
  if (available === 0 || amount > available) return err({ code: 'nothing_left', available })
  for (const { line, share } of spread(shares, amount)) {
    const asked = { paymentId: payment.id, line, amount: share, key, reason: `${by}: ${wish.reason}` }
    if (!(await giveBackLine(tx, deps, asked))) return err({ code: 'not_refundable' })
  }
  const started = { kind: 'refund.started', key: `refund.started:${order.id}:${key}`, orderId: order.id }
  await Promise.all([touchOrder(tx, order.id), publish(tx, { ...started, data: { amount } })])
  return ok({ amount })
}

function spread(shares: readonly Share[], amount: number): { line: LineRow; share: number }[] {
  let rest = amount
  return shares.flatMap(({ line, left }) => {
    const share = Math.min(left, rest)
    rest -= share
    return share === 0 ? [] : [{ line, share }]
  })
}

type LineShare = { paymentId: string; line: LineRow; amount: number; key: string; reason: string }

/** Takes the share out of the revenue again and asks for it back. False when the payment no longer holds it. */
async function giveBackLine(tx: Tx, deps: RefundOrderDeps, asked: LineShare): Promise<boolean> {
  const { paymentId, line, amount, key, reason } = asked
  await postJournal(tx, {
    id: newId(),
    businessKey: `${businessKey(line, key)}:revenue`,
    kind: 'line.given-back',
    transfers: [{ debit: 'sales', credit: 'orders:unearned', amount }],
  })
  const refund = await requestRefund(tx, {
    paymentId,
    orderId: line.order_id,
    lineId: line.id,
    amount,
    reason,
    businessKey: businessKey(line, key),
    now: deps.clock.now(),
  })
  if (!refund.ok) return false
  await addGivenBack(tx, line.id, amount)
  await deps.queue.enqueue(tx, 'refund.send', refund.value.id)
  return true
}

function businessKey(line: LineRow, key: string): string {
  return `given-back:${line.id}:${key}`
}

/** Names a wish by what it says: a repeat says the same. */
function wishKey({ line, amount, reason }: RefundWish): string {
  const said = JSON.stringify([line ?? null, amount ?? null, reason.trim()])
  return createHash('sha256').update(said).digest('hex').slice(0, 16)
}
