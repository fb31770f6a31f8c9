import type { GatewayAttempt, GatewayOrder, GatewayPayment, PaymentFact, PaymentGateway } from '#payments'

/** A raw message as the gateway posts it. */
export type RawMessage = { body: Buffer; headers: Headers }

/** What goes wrong with the next calls of one kind. */
export type GatewayFault = 'http_500' | 'http_429' | 'html' | 'truncate' | 'empty' | 'reset' | 'timeout_after'

/** One way in which an adapter shows a payment; the whole suite runs for each. */
export type Shape = {
  method: string
  /** What the buyer is shown. */
  shows: 'page' | 'qris' | 'virtual_account'
  /** Whether the gateway gives money of this method back. */
  isRefundable: boolean
  /** Whether some ways to pay behind the same method are not refundable. */
  isMixed: boolean
  /** Whether the gateway brings it to the buyer's phone by itself, whatever we were answered. */
  isPushed?: boolean
}

type Ended = 'failed' | 'cancelled' | 'expired' | 'review'

/** What a gateway can do. Everything else of the suite is the same for all. */
export type Abilities = {
  shapes: readonly Shape[]
  /** Whether a payment can be ended before its time. */
  ends: boolean
  /** The states its payments can come to without money. */
  states: readonly Ended[]
  /** Whether a bank can take money back, and a buyer pay twice in two transactions. */
  reverses: boolean
  /** What a message's signature covers beside the reference. */
  signs: 'amount' | 'nothing'
}

/** How a gateway's sandbox is driven. One per adapter. */
export type GatewayHarness = {
  /** The adapter with the sandbox's own credentials. */
  gateway: PaymentGateway
  /** The adapter for another merchant's secret. */
  stranger: PaymentGateway
  /** The adapter pointed at a port where nobody listens. */
  unreachable: PaymentGateway
  /** Makes an adapter with a secret; expected to throw for unusable ones. */
  withSecret(secret: string): PaymentGateway
  /** Adds the gateway's fee to what the buyer pays, where the gateway can. */
  surcharge?(): Promise<void>
  /** Chooses a method on the page without paying; nothing for what was chosen before. */
  choose(reference: string): Promise<void>
  pay(reference: string, how?: { amount?: number; method?: 'refundable' | 'not_refundable' }): Promise<void>
  /** Pays an already paid reference once more. */
  payAgain(reference: string): Promise<void>
  move(reference: string, to: Ended | 'chargeback'): Promise<void>
  breakNext(calls: 'open' | 'ask' | 'refund', fault: GatewayFault): Promise<void>
  /** The newest genuine message about a reference. */
  message(reference: string): Promise<RawMessage>
  /** The attacks on a message that depend on how the gateway signs. */
  attacks: {
    unsigned(message: RawMessage): RawMessage
    signedWithAnotherKey(message: RawMessage): RawMessage
    withAnotherAmount(message: RawMessage): RawMessage
    ofAnotherMerchant(message: RawMessage): RawMessage
    ofAnotherOrder(message: RawMessage): RawMessage
  }
  reset(): Promise<void>
  stop(): Promise<void>
}

/** What every order of the suite costs. */
export const AMOUNT = 25_000

let counter = 0

/** An order with a reference that was never used. */
export function newOrder(change: Partial<GatewayOrder> & { method: string }): GatewayOrder {
  counter += 1
  const now = new Date()
  return {
    reference: `LP-CONTRACT-${process.pid}-${counter}`,
    amount: AMOUNT,
    items: [{ id: 'ML-86', name: '86 Diamonds Mobile Legends', price: AMOUNT, quantity: 1 }],
    customer: { name: 'Budi Santoso', email: 'budi@example.com', phone: '+628123456789' },
    expiresAt: new Date(now.getTime() + 3_600_000),
    now,
    returnUrl: 'https://shop.example/track/abc',
    ...change,
  }
}

/** Opens a payment; throws when the gateway refuses. */
export async function opened(gateway: PaymentGateway, order: GatewayOrder): Promise<GatewayAttempt> {
  const answer = await gateway.open(order)
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.detail}`)
  return openedAttempt(order, answer.value)
}

/** The attempt as it is stored after its opening was answered. */
export function openedAttempt(order: GatewayOrder, shown: GatewayPayment): GatewayAttempt {
  const { token, gatewayTransactionId, payable = order.amount } = shown
  return {
    ...attemptOf(order),
    payable,
    ...(token === undefined ? {} : { token }),
    ...(gatewayTransactionId === undefined ? {} : { gatewayTransactionId }),
  }
}

/** An order as the gateway is asked about it when its answer to opening was lost. */
export function attemptOf({ reference, method, amount, expiresAt }: GatewayOrder): GatewayAttempt {
  return { reference, method, amount, payable: amount, expiresAt }
}

/** What the gateway says about an attempt; throws when it does not answer. */
export async function asked(gateway: PaymentGateway, attempt: GatewayAttempt): Promise<PaymentFact> {
  const answer = await gateway.ask(attempt)
  if (!answer.ok) throw new Error(answer.error.detail)
  return answer.value
}
