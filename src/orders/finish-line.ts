import { releaseStock } from '#fulfilment'
import { postJournal } from '#ledger'
import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { publish } from '#platform/outbox.ts'
import type { Queue } from '#platform/queue.ts'
import { claimRefund } from './claim-refund.ts'
import { ORDER_ENDED } from './events.ts'
import type { LineRow, OrderRow } from './order.ts'
import { orderStateOfLines } from './order-states.ts'
import { moveLine, moveOrder, selectDeliveredUnits, selectLines, setReturnedOutside } from './orders-store.ts'
import { settleFee } from './settle-fee.ts'

/** What ending a line needs besides its transaction. */
export type FinishDeps = { queue: Queue; now: Date; actor: string }

/**
 * Ends a line whose every unit was delivered: its price becomes revenue, and the order follows its lines.
 * The caller holds the order's lock.
 */
export async function deliverLine(tx: Tx, order: OrderRow, line: LineRow, deps: FinishDeps): Promise<void> {
  await moveLine(tx, line, { to: 'DELIVERED', actor: deps.actor, at: deps.now })
  await recognise(tx, line, line.total)
  await followLines(tx, order, deps)
}

/**
 * Ends a line of which `delivered` units arrived and the rest never will: what was delivered becomes revenue, the rest
 * is refunded through the payment it came from, once; units still held for it go back to the shelf. The caller holds
 * the order's lock.
 */
export async function failLine(
  tx: Tx,
  order: OrderRow,
  line: LineRow,
  failure: { delivered: number; code?: string; reason: string; shown: string },
  deps: FinishDeps,
): Promise<void> {
  await releaseStock(tx, [line.id])
  await moveLine(tx, line, {
    to: 'FAILED',
    actor: deps.actor,
    reason: failure.reason,
    failure: failure.shown,
    failureCode: failure.code ?? failure.reason,
    at: deps.now,
  })
  if (failure.delivered > 0) await recognise(tx, line, line.unit_price * failure.delivered)
  await refundUndelivered(
    tx,
    order,
    line,
    line.unit_price * (line.quantity - failure.delivered),
    failure.reason,
    deps,
  )
  await followLines(tx, order, deps)
}

async function recognise(tx: Tx, line: LineRow, amount: number): Promise<void> {
  await postJournal(tx, {
    id: newId(),
    businessKey: `line:${line.id}:delivered`,
    kind: 'line.delivered',
    transfers: [{ debit: 'orders:unearned', credit: 'sales', amount }],
  })
}

/**
 * Gives back what was paid for units that never come. Money that a bank or a person at the gateway has returned already
 * is not returned twice: that part of the claim ends in the disputes account, where the earlier return was booked.
 */
async function refundUndelivered(
  tx: Tx,
  order: OrderRow,
  line: LineRow,
  amount: number,
  reason: string,
  deps: FinishDeps,
): Promise<void> {
  const claim = { amount, reason, lineId: line.id, businessKey: `line:${line.id}`, now: deps.now }
  const { returnedOutside } = await claimRefund(tx, order, claim, deps)
  if (returnedOutside === 0) return
  await postJournal(tx, {
    id: newId(),
    businessKey: `line:${line.id}:returned-outside`,
    kind: 'line.returned-outside',
    transfers: [{ debit: 'orders:unearned', credit: 'disputes', amount: returnedOutside }],
  })
  await setReturnedOutside(tx, line.id, returnedOutside)
}

/**
 * Moves a paid order to the state that follows from its lines, if none is open any more. The caller holds the order's
 * lock.
 */
export async function followLines(tx: Tx, order: OrderRow, deps: FinishDeps): Promise<void> {
  const [lines, delivered] = await Promise.all([
    selectLines(tx, order.id),
    selectDeliveredUnits(tx, order.id),
  ])
  const units = new Map(delivered.map((row) => [row.line_id, row.units]))
  const state = orderStateOfLines(
    lines.map((line) => ({ state: line.state, deliveredUnits: units.get(line.id) ?? 0 })),
  )
  if (state === undefined || order.state !== 'PROCESSING') return
  await moveOrder(tx, order, { to: state, actor: deps.actor, at: deps.now })
  const kind = ORDER_ENDED[state]
  const told = publish(tx, { kind, key: `${kind}:${order.id}`, orderId: order.id })
  await Promise.all([told, settleFee(tx, order, { ...deps, isEarned: state !== 'FAILED' })])
}
