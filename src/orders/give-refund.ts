import { sendRefund, type PaymentGateways, type RefundProgress } from '#payments'
import { attemptEach } from '#platform/attempt-each.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import { lockLine } from './fulfil-line.ts'
import { lockOrder, moveLine, moveOrder, selectRefundedLines, touchOrder } from './orders-store.ts'
import { tellRefundDone, tellRefundNeedsAccount } from './refunds/tell-refund.ts'

/** What giving money back needs. */
export type RefundDeps = { db: Database; gateways: PaymentGateways; clock: Clock }

const SWEEP_BATCH = 100

/** Sends a refund at its gateway and lets the line and its order follow. Repeating it is harmless. */
export async function giveRefund(deps: RefundDeps, refundId: string): Promise<void> {
  const progress = await sendRefund({ ...deps, alsoInTransaction: tell }, refundId)
  if (progress.kind === 'nothing') return
  const { orderId, lineId } = progress.refund
  if (progress.kind === 'done' && lineId !== null) await markLineRefunded(deps, lineId)
  await deps.db.transaction('orders.refund-changed', { role: 'worker' }, (tx) => touchOrder(tx, orderId))
}

/** Announces that money went back, or that the buyer has to say where to. */
async function tell(tx: Tx, progress: RefundProgress): Promise<void> {
  if (progress.kind === 'done') await tellRefundDone(tx, progress.refund)
  if (progress.kind === 'manual') await tellRefundNeedsAccount(tx, progress.refund)
}

/** Moves lines whose money went back but whose state did not follow, because a process died in between. */
export async function sweepRefundedLines(deps: RefundDeps & { log: Log }): Promise<{ lines: number }> {
  const found = await deps.db.transaction('orders.find-refunded', { role: 'worker' }, (tx) =>
    selectRefundedLines(tx, SWEEP_BATCH),
  )
  const lines = await attemptEach(found, { log: deps.log, name: 'orders.mark-refunded' }, ({ id }) =>
    markLineRefunded(deps, id),
  )
  return { lines }
}

/** A failed line whose refund is done becomes REFUNDED; so does the order once none of its lines is without. */
export async function markLineRefunded(deps: RefundDeps, lineId: string): Promise<void> {
  await deps.db.transaction('orders.mark-refunded', { role: 'worker' }, async (tx) => {
    const found = await lockLine(tx, lineId)
    if (found === undefined || found.line.state !== 'FAILED') return
    const { order, line, lines } = found
    const move = { to: 'REFUNDED', actor: 'gateway', at: deps.clock.now() } as const
    await moveLine(tx, line, move)
    const othersRefunded = lines.every((other) => other.id === line.id || other.state === 'REFUNDED')
    if (order.state === 'FAILED' && othersRefunded) await moveOrder(tx, await lockOrder(tx, order.id), move)
  })
}
