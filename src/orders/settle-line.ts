import { summarisePurchases } from '#fulfilment'
import { deliverLine, failLine } from './finish-line.ts'
import { lockLine, type FulfilDeps } from './fulfil-line.ts'

const FAILED = 'Pemasok menolak pesanan ini. Dana dikembalikan.'
const FAILED_IN_PART = 'Sebagian pesanan gagal di pemasok. Dana untuk sisanya dikembalikan.'

/**
 * Ends a supplier line once none of its purchases is open: all units delivered, or what failed refunded.
 * Repeating it is harmless. Locks the order.
 */
export async function settleLine(deps: FulfilDeps, lineId: string): Promise<void> {
  await deps.db.transaction('orders.settle-line', { role: 'worker' }, async (tx) => {
    const found = await lockLine(tx, lineId)
    if (found === undefined || found.line.state !== 'PROCESSING') return
    const { order, line } = found
    const summary = await summarisePurchases(tx, lineId)
    if (summary.open > 0 || summary.manual > 0 || summary.total === 0) return
    const finish = { queue: deps.queue, now: deps.clock.now(), actor: 'supplier' }
    if (summary.succeeded === line.quantity) await deliverLine(tx, order, line, finish)
    else {
      const shown = summary.succeeded === 0 ? (summary.failure ?? FAILED) : FAILED_IN_PART
      await failLine(
        tx,
        order,
        line,
        { delivered: summary.succeeded, reason: 'supplier_failed', shown },
        finish,
      )
    }
  })
}
