import { err, type Result } from '#shared/result.ts'
import type { PaymentFact, PaymentGateway } from './ports.ts'

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
  payment: { gateway: string; reference: string },
): Promise<Result<PaymentFact, { code: 'unavailable'; detail: string }>> {
  const gateway = gateways.get(payment.gateway)
  if (gateway === undefined)
    return err({ code: 'unavailable', detail: `gateway ${payment.gateway} is turned off` })
  return await gateway.ask(payment.reference)
}
