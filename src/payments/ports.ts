import type { Result } from '../shared/result.ts'

/** What a gateway needs to open a payment. `reference` is our id of the attempt: unique for ever, at most 36 signs. */
export type GatewayOrder = {
  reference: string
  amount: number
  items: { id: string; name: string; price: number; quantity: number }[]
  customer: { name: string; email: string; phone: string }
  expiresAt: Date
  now: Date
  returnUrl: string
}

/** How the buyer can pay, as the gateway answered. */
export type GatewayPayment = {
  token?: string
  redirectUrl?: string
  qrString?: string
  vaNumber?: string
  gatewayTransactionId?: string
}

/**
 * Why a payment could not be opened. `unavailable`: nothing was opened, another method may be offered.
 * `unknown`: the answer was lost; ask before opening again. `taken`: the reference was used before, so a page exists
 * that somebody else may hold.
 */
export type GatewayRefusal = { code: 'unavailable' | 'unknown' | 'rejected' | 'taken'; detail: string }

/** What the gateway says about a payment right now. The only input that may move money. */
export type PaymentFact =
  | { state: 'not_found' }
  | {
      state:
        | 'pending'
        | 'paid'
        | 'failed'
        | 'expired'
        | 'cancelled'
        | 'refunded'
        | 'partially_refunded'
        | 'chargeback'
        /** A bank took a part back; `refunds` holds it as far as the gateway says how much. */
        | 'partly_charged_back'
        | 'review'
      transactionId: string
      reference: string
      amount: number
      currency: string
      merchantMatches: boolean
      method: string
      at: Date
      refunds: { key: string; amount: number }[]
    }

/** A message from the gateway, verified as far as its scheme allows. It is a hint, never a fact. */
export type GatewayMessage = { reference: string; dedupe: string; claimedState: string }

export type RefundOutcome =
  | { state: 'done' }
  | { state: 'not_possible'; detail: string }
  | { state: 'unknown'; detail: string }

/** A payment gateway. One adapter each; the same contract suite runs against all of them. */
export type PaymentGateway = {
  id: string
  methods: { method: string; label: string; minimum: number; maximum: number }[]
  open(order: GatewayOrder): Promise<Result<GatewayPayment, GatewayRefusal>>
  /** Asks for the state of a payment. `unavailable` means ask again later. */
  ask(reference: string): Promise<Result<PaymentFact, { code: 'unavailable'; detail: string }>>
  /**
   * Cancels; `token` lets the gateway close a page on which no method was chosen yet. `not_found` promises that
   * nobody can pay any more; a page that was not confirmed closed is `unavailable`. `refused`: ended already, or paid.
   */
  cancel(
    reference: string,
    token?: string,
  ): Promise<Result<PaymentFact, { code: 'unavailable' | 'refused'; detail: string }>>
  expire(
    reference: string,
    token?: string,
  ): Promise<Result<PaymentFact, { code: 'unavailable' | 'refused'; detail: string }>>
  /** Repeating the same `refundKey` never refunds twice. */
  refund(refund: {
    reference: string
    refundKey: string
    amount: number
    reason: string
  }): Promise<RefundOutcome>
  /** Parses and verifies a raw message; a wrong, missing or unverifiable signature is `forged`. */
  readMessage(
    rawBody: Buffer,
    headers: Headers,
  ): Result<GatewayMessage, { code: 'forged' | 'malformed'; detail: string }>
  /** Whether the gateway answers with our credentials; for `lapak doctor`. */
  probe(): Promise<{ ok: boolean; detail: string }>
}
