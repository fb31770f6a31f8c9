import type { Database } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { askOf, type PaymentGateways } from './gateways.ts'
import type { Payment } from './payment.ts'
import { claimDuePayments, selectPayment } from './payment-store.ts'
import type { PaymentFact } from './ports.ts'

/** A claimed payment comes back after this when its run was killed or the gateway did not answer; later after several times. */
const CLAIM_SECONDS = 30

/**
 * What the gateway says about a payment right now; writes nothing. `unavailable` means ask again later.
 * The payment is as read before the question; `applyFact` reads it again under a lock.
 */
export async function askGateway(
  deps: { db: Database; gateways: PaymentGateways },
  paymentId: string,
): Promise<
  Result<{ payment: Payment; fact: PaymentFact }, { code: 'not_found' | 'unavailable'; detail: string }>
> {
  const [payment] = await deps.db.once<Payment>('payments.read', { role: 'worker' }, selectPayment(paymentId))
  if (payment === undefined) return err({ code: 'not_found', detail: `no payment ${paymentId}` })
  const answer = await askOf(deps.gateways, payment)
  return answer.ok ? ok({ payment, fact: answer.value }) : answer
}

/**
 * Claims payments whose gateway is to be asked now, up to `limit` of each gateway that is turned on. Gateways want to be
 * asked gently: the turns of the caller and this limit are the most they hear from one process.
 */
export async function duePayments(
  deps: { db: Database; gateways: PaymentGateways },
  limit: number,
): Promise<Payment[]> {
  return await claimDuePayments(deps.db, [...deps.gateways.keys()], limit, CLAIM_SECONDS)
}
