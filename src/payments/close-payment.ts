import type { Database } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { AnsweredFact } from './decide-payment.ts'
import { askOf, type PaymentGateways } from './gateways.ts'
import type { Payment } from './payment.ts'

/**
 * Why a payment could not be ended. `unavailable`: the gateway gave no usable answer. `still_open`: it answered, and
 * the payment can be paid all the same. Neither allows to close the order.
 */
export type EndingRefusal = { code: 'unavailable' | 'still_open'; detail: string }

type Deps = { db: Database; gateways: PaymentGateways }
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
  const answer = await deps.gateways
    .get(payment.gateway)
    ?.[asked](payment.reference, payment.token ?? undefined)
  if (answer?.ok) return readEnding(payment, { ...answer.value, asked })
  // Refused: it has ended already, perhaps by being paid. No answer: it may have ended, or not at all.
  const state = await askOf(deps.gateways, payment)
  if (!state.ok) return state
  // Being asked, a gateway knows nothing of a page without a transaction: it may be open.
  if (state.value.state === 'not_found') return err({ code: 'still_open', detail: 'its page may be open' })
  return readEnding(payment, { ...state.value, asked })
}

function readEnding(payment: Payment, fact: AnsweredFact): Awaited<Ending> {
  if (fact.state === 'pending')
    return err({ code: 'still_open', detail: 'the gateway still waits for money' })
  return ok({ payment, fact })
}
