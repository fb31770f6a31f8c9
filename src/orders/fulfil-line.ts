import { assignStock, openPurchases, summarisePurchases } from '#fulfilment'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import type { Queue } from '#platform/queue.ts'
import { deliverLine, failLine } from './finish-line.ts'
import type { LineRow, OrderRow } from './order.ts'
import { findOrderOfLine, findPaidPayment, lockOrder, selectLines } from './orders-store.ts'

/** What moving a paid line towards its buyer needs. */
export type FulfilDeps = { db: Database; queue: Queue; clock: Clock }

const NO_STOCK = 'Stok habis setelah pembayaran masuk. Dana dikembalikan.'
const NO_OFFER = 'Pemasok tidak dapat melayani produk ini saat ini. Dana dikembalikan.'
const TAKEN_BACK = 'Pembayaran ditarik kembali sebelum barang dikirim.'
const NOT_YET = 'Produk ini belum dapat dikirim otomatis. Dana dikembalikan.'

/**
 * Starts the delivery of a paid line: assigns sealed stock at once, or opens supplier purchases, which then go their
 * own way. Nothing goes out when a bank or the gateway took the money back meanwhile. Repeating it is harmless; a line
 * that is not PROCESSING is left alone. Locks the order.
 */
export async function fulfilLine(deps: FulfilDeps, lineId: string): Promise<void> {
  await deps.db.transaction('orders.fulfil-line', { role: 'worker' }, async (tx) => {
    const found = await lockLine(tx, lineId)
    if (found === undefined || found.line.state !== 'PROCESSING') return
    const { order, line } = found
    const [money, purchases] = await Promise.all([
      findPaidPayment(tx, order.id),
      summarisePurchases(tx, line.id),
    ])
    const holdsMoney = money?.state === 'PAID' || money?.state === 'PARTIALLY_REFUNDED'
    if (!holdsMoney && purchases.total === 0)
      await failLine(
        tx,
        order,
        line,
        { delivered: 0, reason: 'money_taken_back', shown: TAKEN_BACK },
        finish(deps),
      )
    else if (line.delivery_kind === 'STOCK') await fulfilFromStock(tx, deps, order, line)
    else if (line.delivery_kind === 'SUPPLIER') await fulfilFromSupplier(tx, deps, order, line)
    else
      await failLine(
        tx,
        order,
        line,
        { delivered: 0, reason: 'no_invite_pool', shown: NOT_YET },
        finish(deps),
      )
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

function finish(deps: FulfilDeps): { queue: Queue; now: Date; actor: string } {
  return { queue: deps.queue, now: deps.clock.now(), actor: 'fulfilment' }
}

async function fulfilFromStock(tx: Tx, deps: FulfilDeps, order: OrderRow, line: LineRow): Promise<void> {
  const outcome = await assignStock(
    tx,
    { lineId: line.id, skuId: line.sku_id, quantity: line.quantity },
    deps.clock.now(),
  )
  if (outcome === 'delivered') await deliverLine(tx, order, line, finish(deps))
  else await failLine(tx, order, line, { delivered: 0, reason: 'stock_short', shown: NO_STOCK }, finish(deps))
}

async function fulfilFromSupplier(tx: Tx, deps: FulfilDeps, order: OrderRow, line: LineRow): Promise<void> {
  const opened = await openPurchases(tx, {
    lineId: line.id,
    skuId: line.sku_id,
    quantity: line.quantity,
    input: line.input,
    unitPrice: line.unit_price,
    phone: order.customer_phone,
  })
  if (!opened.ok) {
    await failLine(
      tx,
      order,
      line,
      { delivered: 0, reason: opened.error.code, shown: NO_OFFER },
      finish(deps),
    )
    return
  }
  for (const purchaseId of opened.value.purchaseIds) await deps.queue.enqueue(tx, 'purchase.send', purchaseId)
}
