import type { Tx } from '#platform/database.ts'
import { publish } from '#platform/outbox.ts'
import { CORRECTION_MINUTES, MAX_CORRECTIONS } from './correction.ts'
import { LINE_NEEDS_INPUT } from './events.ts'
import { deliverLine, failLine, type FinishDeps } from './finish-line.ts'
import { lockLine, type FulfilDeps } from './fulfil-line.ts'
import { lineFailure } from './line-failures.ts'
import { nothingCanArrive, summariseUnits, type UnitSummary } from './line-units.ts'
import type { LineRow } from './order.ts'
import { isMoneyHeld, moveLine } from './orders-store.ts'
import { selectInputFields } from './orders-view-store.ts'

/**
 * Ends a line once none of its units is open: all delivered, or what failed refunded. A line of which nothing was
 * delivered because its target was refused waits for its buyer instead. Repeating it is harmless. Locks the order.
 */
export async function settleLine(deps: FulfilDeps, lineId: string): Promise<void> {
  await deps.db.transaction('orders.settle-line', { role: 'worker' }, async (tx) => {
    const found = await lockLine(tx, lineId)
    if (found === undefined || found.line.state !== 'PROCESSING') return
    const { order, line } = found
    const units = await summariseUnits(tx, line)
    if (!nothingCanArrive(units) || units.total === 0) return
    const finish = { queue: deps.queue, now: deps.clock.now(), actor: 'supplier' }
    if (units.succeeded === line.quantity) await deliverLine(tx, order, line, finish)
    else if (await mayBeCorrected(tx, line, units)) await askBuyer(tx, line, finish)
    else {
      const failure = lineFailure(units.succeeded === 0 ? units.failureCode : 'in_part')
      const reason = 'supplier_failed'
      await failLine(tx, order, line, { ...failure, delivered: units.succeeded, reason }, finish)
    }
  })
}

/** Only the buyer can mend a target; with nothing entered, nothing delivered yet and the money still here. */
async function mayBeCorrected(tx: Tx, line: LineRow, units: UnitSummary): Promise<boolean> {
  const isAboutTarget = units.succeeded === 0 && units.failureCode === 'target'
  if (!isAboutTarget || line.corrections >= MAX_CORRECTIONS) return false
  const [fields, holdsMoney] = await Promise.all([
    selectInputFields(tx, line.product_id),
    isMoneyHeld(tx, line.order_id),
  ])
  return fields.length > 0 && holdsMoney
}

async function askBuyer(tx: Tx, line: LineRow, { actor, now }: FinishDeps): Promise<void> {
  const moved = moveLine(tx, line, {
    to: 'NEEDS_INPUT',
    actor,
    reason: 'target_refused',
    failureCode: 'target',
    correctForMinutes: CORRECTION_MINUTES,
    at: now,
  })
  const told = publish(tx, {
    kind: LINE_NEEDS_INPUT,
    key: `${LINE_NEEDS_INPUT}:${line.id}:${line.corrections}`,
    orderId: line.order_id,
    lineId: line.id,
  })
  await Promise.all([moved, told])
}
