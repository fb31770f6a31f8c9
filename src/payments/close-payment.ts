import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { AnsweredFact } from './decide-payment.ts'
import { askOf, attemptOf, type PaymentGateways } from './gateways.ts'
import type { Payment } from './payment.ts'
import type { PaymentFact } from './ports.ts'

/**
 * Why a payment could not be ended. `unavailable`: the gateway gave no usable answer. `still_open`: it answered, and
 * the payment can be paid all the same. Neither allows to close the order.
 */
export type EndingRefusal = { code: 'unavailable' | 'still_open'; detail: string }

/** What holds no money and does not say that none can come; a failed try may be followed by another. */
const MAY_STILL_BE_PAID: ReadonlySet<PaymentFact['state']> = new Set([
  'pending',
  'not_found',
  'failed',
] as const)

type Deps = { db: Database; gateways: PaymentGateways; clock: Clock }
/** Gateways say within twenty seconds that a payment was made, and mostly at once; the rest is room for a slow one. */
const REPORTED_WITHIN_MS = 2 * 60_000

type Ending = Promise<Result<{ payment: Payment; fact: AnsweredFact }, EndingRefusal>>

/**
 * Cancels a payment at its gateway; outside any transaction, writes nothing. The fact goes to `applyFact`, which
 * closes the payment, or finds that it was paid in the meantime. Only what `applyFact` says then tells whether it
 * has ended.
 */
export async function cancelPayment(deps: Deps, payment: Payment): Ending {
  return await end(deps, payment, 'cancel')
}

/** Expires a payment at its gateway, with the same rules as `cancelPayment`. */
export async function expirePayment(deps: Deps, payment: Payment): Ending {
  return await end(deps, payment, 'expire')
}

async function end(deps: Deps, payment: Payment, asked: 'cancel' | 'expire'): Ending {
  const answer = await deps.gateways.get(payment.gateway)?.[asked](attemptOf(payment))
  if (answer?.ok) return readEnding(payment, { ...answer.value, asked })
  if (answer?.error.code === 'unsupported') return await letGo(deps, payment, asked)
  // Refused: it has ended already, perhaps by being paid. No answer: it may have ended, or not at all.
  const state = await askOf(deps.gateways, payment)
  if (!state.ok) return state
  // Being asked, a gateway knows nothing of a page without a transaction: it may be open.
  if (state.value.state === 'not_found') return err({ code: 'still_open', detail: 'its page may be open' })
  return readEnding(payment, { ...state.value, asked })
}

/**
 * Lets a payment go that its gateway cannot end. It can be paid until its own end: the poller keeps asking, and money
 * that comes is late money. A wish of the buyer or shop counts at once, expiry once a payment made at the last moment
 * had time to be reported.
 */
async function letGo(deps: Deps, payment: Payment, asked: 'cancel' | 'expire'): Ending {
  const state = await askOf(deps.gateways, payment)
  if (!state.ok) return state
  if (!MAY_STILL_BE_PAID.has(state.value.state)) return ok({ payment, fact: { ...state.value, asked } })
  const isTooEarly = deps.clock.now().getTime() < payment.expiresAt.getTime() + REPORTED_WITHIN_MS
  if (asked === 'expire' && isTooEarly)
    return err({ code: 'still_open', detail: 'it can be paid until its own end' })
  return ok({ payment, fact: { state: 'not_found', asked, isLetGo: true } })
}

function readEnding(payment: Payment, fact: AnsweredFact): Awaited<Ending> {
  if (fact.state === 'pending')
    return err({ code: 'still_open', detail: 'the gateway still waits for money' })
  return ok({ payment, fact })
}
