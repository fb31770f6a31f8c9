import type { Payment } from './payment.ts'
import type { PaymentFact } from './ports.ts'

/** A fact about a transaction that exists at the gateway. */
export type KnownFact = Exclude<PaymentFact, { state: 'not_found' }>

/** What a fact got wrong. `amount` is our money in a wrong sum; the others are not money of this payment. */
export type Mismatch = 'reference' | 'merchant' | 'currency' | 'transaction_used' | 'amount'

type Check = {
  mismatch: Mismatch
  holds(payment: Payment, fact: KnownFact, usedElsewhere: boolean): boolean
}

/**
 * Checks 5, 6 and 7 of the nine that stand before money moves. The others, in order:
 * 1 the secret is set — the adapter cannot be made without one (`createMidtransGateway`);
 * 2 the signature covers the raw message, compared in constant time — `PaymentGateway.readMessage`;
 * 3 a signed time is recent — `readMessage` of gateways that sign one; Midtrans does not;
 * 4 the message is new — unique `webhook_inbox_once`, in `acceptMessage`;
 * 8 the state may change so — `MOVES` in decide-payment.ts, and `where state = …` in payment-store.ts;
 * 9 the gateway says so when asked — rules take a `PaymentFact`, and only a question to the gateway makes one.
 */
const CHECKS: readonly Check[] = [
  { mismatch: 'reference', holds: (payment, fact) => fact.reference === payment.reference },
  { mismatch: 'merchant', holds: (_, fact) => fact.merchantMatches },
  { mismatch: 'currency', holds: (payment, fact) => fact.currency === payment.currency },
  // The unique index payments_transaction holds the same line against two writers at once.
  { mismatch: 'transaction_used', holds: (_payment, _fact, usedElsewhere) => !usedElsewhere },
  { mismatch: 'amount', holds: (payment, fact) => fact.amount === payment.payable },
]

/**
 * The first thing a fact got wrong about a payment, or undefined when it fits in every respect.
 * `usedElsewhere` says that another payment already stands for the fact's transaction.
 */
export function findMismatch(
  payment: Payment,
  fact: KnownFact,
  usedElsewhere: boolean,
): Mismatch | undefined {
  return CHECKS.find((check) => !check.holds(payment, fact, usedElsewhere))?.mismatch
}
