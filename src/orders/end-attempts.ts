import { cancelPayment, findPayment } from '#payments'
import { attemptEach } from '#platform/attempt-each.ts'
import type { Log } from '#platform/log.ts'
import { selectLeftAttempts, type AttemptToEnd } from './renewals-view-store.ts'
import { settleFact, type SettleDeps } from './settle-payment.ts'

/** Attempts read at once. */
const BATCH = 100
/** Attempts looked at by one run, those that wait for their gateway included; the next run starts with the oldest again. */
const RUN = 1_000

/**
 * Ends payments that are still open although their order was paid by another: nobody is to pay twice. What was paid all
 * the same is money for a person or goes back by itself. Works from the rows, so a lost run costs a moment only.
 */
export async function endLeftAttempts(deps: SettleDeps & { log: Log }): Promise<{ ended: number }> {
  const ended = await endAttempts(deps, (after) =>
    deps.db.transaction('orders.find-left-attempts', { role: 'worker' }, (tx) =>
      selectLeftAttempts(tx, { limit: BATCH, after }),
    ),
  )
  return { ended }
}

/**
 * Ends attempts at their gateways and leaves their orders as they are. `find` reads those behind a given one, until there
 * are none: what waits for one gateway hides nobody else's. Returns how many went through.
 */
export async function endAttempts(
  deps: SettleDeps & { log: Log },
  find: (after: AttemptToEnd | undefined) => Promise<AttemptToEnd[]>,
): Promise<number> {
  let done = 0
  let seen = 0
  let last: AttemptToEnd | undefined
  do {
    const attempts = await find(last)
    done += await attemptEach(
      attempts,
      { log: deps.log, name: 'orders.end-attempt' },
      async ({ paymentId }) => await endAttempt(deps, paymentId),
    )
    seen += attempts.length
    last = attempts.at(-1)
  } while (last !== undefined && seen < RUN)
  return done
}

async function endAttempt(deps: SettleDeps, paymentId: string): Promise<void> {
  const payment = await findPayment(deps.db, paymentId)
  if (payment === undefined) return
  const ended = await cancelPayment(deps, payment)
  if (ended.ok) await settleFact(deps, payment, ended.value.fact, { keepsOrder: true })
}
