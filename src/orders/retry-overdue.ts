import { replanPurchase, type Announce } from '#fulfilment'
import type { Log } from '#platform/log.ts'
import { endCorrection } from './end-correction.ts'
import { followLines } from './finish-line.ts'
import { fulfilLine } from './fulfil-line.ts'
import type { OverdueRow } from './deadlines-view-store.ts'
import { loadOrderWithPayment } from './open-order-payment.ts'
import { lockOrder } from './orders-store.ts'
import { settleLine } from './settle-line.ts'
import { settlePayment, type SettleDeps } from './settle-payment.ts'

/** What the ways out of the states need. */
export type ExitDeps = SettleDeps & { log: Log; announce: Announce }

/** Something that outstayed its state, as far as its way out needs to know it. */
export type Stuck = Pick<OverdueRow, 'subject' | 'id' | 'state'>

/**
 * Starts again what should have moved a row on, or gives the money back where that is the policy. Every way is one that
 * works without it, looks at the row's own state under its lock and is harmless to repeat; none refunds what may still
 * arrive. False for what only a person can move.
 */
export async function retryOverdue(deps: ExitDeps, stuck: Stuck): Promise<boolean> {
  const { subject, id } = stuck
  switch (subject) {
    case 'order':
      await retryOrder(deps, stuck)
      return true
    case 'line':
      return await retryLine(deps, stuck)
    case 'payment':
      await settlePayment(deps, id)
      return true
    case 'purchase':
    case 'invite':
    case 'refund':
      await wake(deps, stuck)
      return true
    case 'inbox':
      await deps.queue.wake('inbox.process', 'inbox')
      return true
    case 'payment_exception':
    case 'message':
      return false
  }
}

/** An unpaid order follows its payment, a paid one its lines. */
async function retryOrder(deps: ExitDeps, { id, state }: Stuck): Promise<void> {
  if (state !== 'PROCESSING') {
    const { payment } = await loadOrderWithPayment(deps, id)
    await settlePayment(deps, payment.id)
    return
  }
  await deps.db.transaction('orders.follow-lines', { role: 'worker' }, async (tx) => {
    const order = await lockOrder(tx, id)
    await followLines(tx, order, { queue: deps.queue, now: deps.clock.now(), actor: 'shop' })
  })
}

async function retryLine(deps: ExitDeps, { id, state }: Stuck): Promise<boolean> {
  if (state === 'NEEDS_INPUT') return await endCorrection(deps, id)
  if (state !== 'PROCESSING') return false
  await fulfilLine(deps, id)
  await settleLine(deps, id)
  return true
}

/** Gives what waits for its turn elsewhere a new job. */
async function wake(deps: ExitDeps, { subject, id, state }: Stuck): Promise<void> {
  await deps.db.transaction('orders.wake-overdue', { role: 'worker' }, async (tx) => {
    if (subject === 'refund') await deps.queue.enqueue(tx, 'refund.send', id)
    else if (subject === 'invite')
      await deps.announce(tx, { kind: state === 'QUEUED' ? 'invite.send' : 'invite.check', inviteId: id })
    else {
      await replanPurchase(tx, id)
      await deps.announce(tx, {
        kind: state === 'INTENT' ? 'purchase.send' : 'purchase.check',
        purchaseId: id,
      })
    }
  })
}
