import { formatRupiah } from '#shared/money.ts'
import type { PaymentGateway } from './ports.ts'

/** What of the enabled gateways decides about methods. */
type Offering = ReadonlyMap<string, Pick<PaymentGateway, 'id' | 'methods'>>

/** A way to pay, offered for a total. */
export type OfferedMethod = {
  method: string
  label: string
  fee: number
  total: number
  enabled: boolean
  reason?: string
}

/** Every method of the enabled gateways for a total in rupiah; the gateway's own cost is not passed on. */
export function listPaymentMethods(gateways: Offering, total: number): OfferedMethod[] {
  return [...gateways.values()].flatMap((gateway) =>
    gateway.methods.map(({ method, label, minimum, maximum }) => {
      const reason = refusal(total, minimum, maximum)
      return {
        method,
        label,
        fee: 0,
        total,
        enabled: reason === undefined,
        ...(reason === undefined ? {} : { reason }),
      }
    }),
  )
}

/** The gateway that collects by a method of the contract, or undefined when none does. */
export function findGatewayOfMethod(gateways: Offering, method: string): string | undefined {
  for (const gateway of gateways.values()) {
    if (gateway.methods.some((offered) => offered.method === method)) return gateway.id
  }
  return undefined
}

function refusal(total: number, minimum: number, maximum: number): string | undefined {
  if (total < minimum) return `Pembayaran ini tersedia mulai ${formatRupiah(minimum)}.`
  if (total > maximum) return `Pembayaran ini tersedia sampai ${formatRupiah(maximum)}.`
  return undefined
}
