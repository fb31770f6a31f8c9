import { err, type Result } from '#shared/result.ts'
import type { Payment, PlannedPayment } from './payment.ts'
import type { GatewayAttempt, PaymentFact, PaymentGateway } from './ports.ts'

/** The gateways an operator enabled, by their id. */
export type PaymentGateways = ReadonlyMap<string, PaymentGateway>

/** The enabled gateways as a map. Throws when two share an id. */
export function paymentGateways(gateways: readonly PaymentGateway[]): PaymentGateways {
  const byId = new Map(gateways.map((gateway) => [gateway.id, gateway]))
  if (byId.size < gateways.length) throw new Error('two payment gateways share an id')
  return byId
}

/**
 * What a payment's gateway says about it. `unavailable` also when an operator has turned the gateway off: its
 * payments wait and do not hold up those of others.
 */
export async function askOf(
  gateways: PaymentGateways,
  payment: Payment,
): Promise<Result<PaymentFact, { code: 'unavailable'; detail: string }>> {
  const gateway = gateways.get(payment.gateway)
  if (gateway === undefined)
    return err({ code: 'unavailable', detail: `gateway ${payment.gateway} is turned off` })
  return await gateway.ask(attemptOf(payment))
}

/** A payment as its gateway is asked about it. What is not stored yet is left out. */
export function attemptOf(
  payment: PlannedPayment & Partial<Pick<Payment, 'token' | 'gatewayTransactionId' | 'payable'>>,
): GatewayAttempt {
  const { reference, method, amount, payable = amount, expiresAt, token, gatewayTransactionId } = payment
  return {
    reference,
    method,
    amount,
    payable,
    expiresAt,
    ...(token == null ? {} : { token }),
    ...(gatewayTransactionId == null ? {} : { gatewayTransactionId }),
  }
}
