import { assignStock } from '#fulfilment'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import type { Queue } from '#platform/queue.ts'
import { deliverLine, failLine, type FinishDeps } from './finish-line.ts'
import { lineFailure } from './line-failures.ts'
import { openUnits, summariseUnits } from './line-units.ts'
import type { LineRow, OrderRow } from './order.ts'
import { findOrderOfLine, isMoneyHeld, lockOrder, selectLines } from './orders-store.ts'

/** What moving a paid line towards its buyer needs. */
export type FulfilDeps = { db: Database; queue: Queue; clock: Clock }

/**
 * Starts the delivery of a paid line: assigns sealed stock at once, or opens supplier purchases or invites, which then
 * go their own way. Nothing goes out when a bank or the gateway took the money back meanwhile. Repeating it is harmless;
 * a line that is not PROCESSING is left alone. Locks the order.
 */
export async function fulfilLine(deps: FulfilDeps, lineId: string): Promise<void> {
  await deps.db.transaction('orders.fulfil-line', { role: 'worker' }, async (tx) => {
    const found = await lockLine(tx, lineId)
    if (found === undefined || found.line.state !== 'PROCESSING') return
    const { order, line } = found
    const [holdsMoney, units] = await Promise.all([isMoneyHeld(tx, order.id), summariseUnits(tx, line)])
    const failure = { delivered: 0, ...lineFailure('money_taken_back') }
    if (!holdsMoney && units.total === 0) await failLine(tx, order, line, failure, finish(deps))
    else if (line.delivery_kind === 'STOCK') await fulfilFromStock(tx, deps, order, line)
    else await fulfilFromElsewhere(tx, deps, order, line)
  })
}

/** The line and its fellows with their order locked, or undefined when there is no such line. */
export async function lockLine(
  tx: Tx,
  lineId: string,
): Promise<{ order: OrderRow; line: LineRow; lines: LineRow[] } | undefined> {
  const orderId = await findOrderOfLine(tx, lineId)
  if (orderId === undefined) return undefined
  const [order, lines] = await Promise.all([lockOrder(tx, orderId), selectLines(tx, orderId)])
  const line = lines.find((candidate) => candidate.id === lineId)
  return line === undefined ? undefined : { order, line, lines }
}

function finish(deps: FulfilDeps): FinishDeps {
  return { queue: deps.queue, now: deps.clock.now(), actor: 'fulfilment' }
}

async function fulfilFromStock(tx: Tx, deps: FulfilDeps, order: OrderRow, line: LineRow): Promise<void> {
  const need = { lineId: line.id, skuId: line.sku_id, quantity: line.quantity }
  const outcome = await assignStock(tx, need, deps.clock.now())
  const failure = { delivered: 0, ...lineFailure('stock_short') }
  if (outcome === 'delivered') await deliverLine(tx, order, line, finish(deps))
  else await failLine(tx, order, line, failure, finish(deps))
}

async function fulfilFromElsewhere(tx: Tx, deps: FulfilDeps, order: OrderRow, line: LineRow): Promise<void> {
  const opened = await openUnits(tx, deps, order, line)
  if (opened.ok) return
  await failLine(tx, order, line, { delivered: 0, ...lineFailure(opened.error.code) }, finish(deps))
}
