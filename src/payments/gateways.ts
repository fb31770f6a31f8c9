import type { PaymentGateway } from './ports.ts'

/** The gateways an operator enabled, by their id. */
export type PaymentGateways = ReadonlyMap<string, PaymentGateway>

/** The enabled gateways as a map. Throws when two share an id. */
export function paymentGateways(gateways: readonly PaymentGateway[]): PaymentGateways {
  const byId = new Map(gateways.map((gateway) => [gateway.id, gateway]))
  if (byId.size < gateways.length) throw new Error('two payment gateways share an id')
  return byId
}

/** The gateway of a stored payment. Throws when it is no longer enabled: its payments would be forgotten. */
export function gatewayOf(gateways: PaymentGateways, id: string): PaymentGateway {
  const gateway = gateways.get(id)
  if (gateway === undefined) throw new Error(`payment gateway ${id} is not enabled, but has payments`)
  return gateway
}
