import { closeException, lockSurplus, requestRefund, selectOpenSurplus } from '#payments'
import { attemptEach } from '#platform/attempt-each.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import type { Queue } from '#platform/queue.ts'
import { lockOrder, touchOrder } from '../orders-store.ts'
import { surplusWord } from './surplus-word.ts'
import { tellSurplus } from './tell-refund.ts'

/** What sending surplus money back needs. */
export type ReturnSurplusDeps = { db: Database; queue: Queue; clock: Clock; log: Log }

/** Payments looked at by one run. */
const BATCH = 100

/**
 * Sends money back that fits no order as it came: paid after the goods were gone, twice, too little, too much, or
 * after the end. It is the policy for such money, since only the buyer knows what else it was meant for. A reconciler:
 * it starts from the open tasks, so that a lost run costs a few seconds, and a repeated one finds its refund. What no
 * gateway can return becomes a refund by hand.
 */
export async function returnSurplus(deps: ReturnSurplusDeps): Promise<{ returned: number }> {
  const open = await selectOpenSurplus(deps.db, BATCH)
  const returned = await attemptEach(
    open,
    { log: deps.log, name: 'orders.return-surplus' },
    ({ exceptionId, orderId }) => returnOne(deps, exceptionId, orderId),
  )
  return { returned }
}

async function returnOne(deps: ReturnSurplusDeps, exceptionId: string, orderId: string): Promise<void> {
  await deps.db.transaction('orders.return-surplus', { role: 'worker' }, async (tx) => {
    await lockOrder(tx, orderId)
    // The list is older than the lock: another exception of this payment may have gone back, or more money have come.
    const surplus = await lockSurplus(tx, exceptionId)
    if (surplus === undefined) return
    const now = deps.clock.now()
    const refund = await requestRefund(tx, {
      paymentId: surplus.paymentId,
      orderId,
      amount: surplus.amount,
      reason: surplus.kind,
      businessKey: `surplus:${surplus.paymentId}`,
      now,
    })
    // Returned by somebody else in the meantime: the task stays, a person sees both.
    if (!refund.ok) return
    await Promise.all([
      closeException(tx, exceptionId, `refund ${refund.value.id} requested`, now),
      touchOrder(tx, orderId),
      tellSurplus(tx, {
        key: `${exceptionId}:${surplus.openedAt.getTime()}`,
        orderId,
        kind: surplusWord(surplus),
        amount: surplus.amount,
      }),
    ])
    await deps.queue.enqueue(tx, 'refund.send', refund.value.id)
  })
}
