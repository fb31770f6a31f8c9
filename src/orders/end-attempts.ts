import { cancelPayment, findPayment } from '#payments'
import { attemptEach } from '#platform/attempt-each.ts'
import type { Log } from '#platform/log.ts'
import { selectLeftAttempts, type AttemptToEnd } from './renewals-view-store.ts'
import { settleFact, type SettleDeps } from './settle-payment.ts'

const BATCH = 100

/**
 * Ends payments that are still open although their order was paid by another: nobody is to pay twice. What was paid all
 * the same is money for a person or goes back by itself. Works from the rows, so a lost run costs a moment only.
 */
export async function endLeftAttempts(deps: SettleDeps & { log: Log }): Promise<{ ended: number }> {
  const left = await deps.db.transaction('orders.find-left-attempts', { role: 'worker' }, (tx) =>
    selectLeftAttempts(tx, BATCH),
  )
  return { ended: await endAttempts(deps, left) }
}

/** Ends attempts at their gateways and leaves their orders as they are. Returns how many went through. */
export async function endAttempts(
  deps: SettleDeps & { log: Log },
  attempts: readonly AttemptToEnd[],
): Promise<number> {
  return await attemptEach(attempts, { log: deps.log, name: 'orders.end-attempt' }, async ({ paymentId }) => {
    const payment = await findPayment(deps.db, paymentId)
    if (payment === undefined) return
    const ended = await cancelPayment(deps, payment)
    if (ended.ok) await settleFact(deps, payment, ended.value.fact, { keepsOrder: true })
  })
}
