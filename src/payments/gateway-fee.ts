import type { KnownFact } from './check-fact.ts'
import type { HeldPayment, Payment } from './payment.ts'

/** What a payment brought: `received` for us, of which the gateway keeps `gatewayFee` when it said what is left. */
export type Brought = { received: number; net?: number; gatewayFee?: number }

/**
 * What a paid fact brings. A surcharge that the gateway adds for itself is none of it: when the sum fits, we received
 * what the order asked for. What the gateway said at opening about the rest holds as long as the sum fits.
 */
export function broughtBy(payment: HeldPayment, fact: KnownFact): Brought {
  const received = receivedOf(payment, fact)
  const net = netOf(fact) ?? (fact.amount === payment.payable ? (payment.net ?? undefined) : undefined)
  return net === undefined ? { received } : { received, net, gatewayFee: keptOf(received, net) }
}

/** What reaches us as the gateway says, when it can be true: less than nothing or a part of a rupiah never is. */
export function netOf({ net }: Pick<KnownFact, 'net'>): number | undefined {
  return net !== undefined && Number.isSafeInteger(net) && net >= 0 ? net : undefined
}

/** Rupiah that count as ours of what was paid, before what the gateway keeps. */
export function receivedOf(payment: Pick<Payment, 'amount' | 'payable'>, fact: KnownFact): number {
  return fact.amount === payment.payable ? payment.amount : fact.amount
}

/** What the gateway kept of `received` when `net` of it is left: never less than nothing, never more than came in. */
export function keptOf(received: number, net: number): number {
  return Math.min(received, Math.max(0, received - net))
}
