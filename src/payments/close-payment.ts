import type { Database } from '#platform/database.ts'
import { ok, type Result } from '#shared/result.ts'
import type { AnsweredFact } from './decide-payment.ts'
import { askOf, type PaymentGateways } from './gateways.ts'
import type { Payment } from './payment.ts'

type Deps = { db: Database; gateways: PaymentGateways }
type Closing = Promise<
  Result<{ payment: Payment; fact: AnsweredFact }, { code: 'unavailable'; detail: string }>
>

/**
 * Cancels a payment at its gateway; outside any transaction, writes nothing. The fact goes to `applyFact`, which
 * closes the payment, or finds that it was paid in the meantime.
 */
export async function cancelPayment(deps: Deps, payment: Payment): Closing {
  return await close(deps, payment, 'cancel')
}

/** Expires a payment at its gateway, with the same rules as `cancelPayment`. */
export async function expirePayment(deps: Deps, payment: Payment): Closing {
  return await close(deps, payment, 'expire')
}

async function close(deps: Deps, payment: Payment, asked: 'cancel' | 'expire'): Closing {
  const answer = await deps.gateways
    .get(payment.gateway)
    ?.[asked](payment.reference, payment.token ?? undefined)
  if (answer?.ok) return ok({ payment, fact: { ...answer.value, asked } })
  // A refusal means that the payment has ended already, perhaps by being paid.
  const state = await askOf(deps.gateways, payment)
  return state.ok ? ok({ payment, fact: { ...state.value, asked } }) : state
}
