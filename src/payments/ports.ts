import type { Result } from '../shared/result.ts'

/** How a way to pay looks to the buyer: what is shown, and where it stands in the list. */
export type MethodGroup = 'page' | 'qris' | 'ewallet' | 'virtual_account' | 'retail'

/** What a gateway keeps of a payment, in whole rupiah and basis points; the operator may correct it. */
export type MethodCost = { fixed: number; bps: number }

/** A way to pay as its gateway offers it; an operator switches it on, orders it, and decides who bears the fee. */
export type GatewayMethod = {
  /** Ours, as buyers and the API name it: `tokopay_qris`. */
  method: string
  label: string
  labelEn: string
  group: MethodGroup
  /** Rupiah of one payment. */
  minimum: number
  maximum: number
  /** How long after paying the gateway usually knows, in seconds. */
  confirmSeconds: number
  /** Whether the gateway can give money back by itself, and whether a part of it. */
  refunds: 'partial' | 'full' | 'none'
  cost: MethodCost
  /** Offered without an operator having switched it on. */
  onByDefault: boolean
}

/**
 * What a gateway needs to open a payment. `reference` is our id of the attempt: unique for ever, at most 36 signs.
 * The items add up to `amount`.
 */
export type GatewayOrder = {
  reference: string
  /** A method of this gateway. */
  method: string
  amount: number
  items: { id: string; name: string; price: number; quantity: number }[]
  customer: { name: string; email: string; phone: string }
  expiresAt: Date
  now: Date
  returnUrl: string
}

/** How the buyer can pay, as the gateway answered. What is missing is not known or not this method's way. */
export type GatewayPayment = {
  token?: string
  redirectUrl?: string
  /** Text of a QR code, checked by `readQris`. */
  qrString?: string
  virtualAccount?: { bank: string; number: string }
  /** A bill paid by company code and key (Mandiri). */
  bill?: { billerCode: string; billKey: string }
  storeCode?: { store: string; code: string }
  gatewayTransactionId?: string
  /** What the buyer has to pay there when it is not `amount`: some gateways add their fee. */
  payable?: number
  /** What reaches us of it, when the gateway says so in advance. */
  net?: number
  /** When the gateway closes the payment, when that is not our own time. */
  expiresAt?: Date
}

/** One attempt as a gateway is asked about it; `payable` is what the buyer pays there. */
export type GatewayAttempt = {
  reference: string
  method: string
  amount: number
  payable: number
  expiresAt: Date
  token?: string
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
      /** What the buyer paid, in rupiah. */
      amount: number
      /** What reaches us of it after the gateway's fee, when the gateway says so. */
      net?: number
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

/**
 * Why a payment was not ended. `unsupported`: this gateway cannot end one; it can be paid until its own end comes, and
 * what is paid after we let it go is late money.
 */
export type EndRefusal = { code: 'unavailable' | 'refused' | 'unsupported'; detail: string }

/** What a webhook is answered when it was stored; some gateways repeat until they read their own words. */
export type Acknowledgement = { status: number; contentType: string; body: string }

/** A payment gateway. One adapter each; the same contract suite runs against all of them. */
export type PaymentGateway = {
  id: string
  methods: readonly GatewayMethod[]
  open(order: GatewayOrder): Promise<Result<GatewayPayment, GatewayRefusal>>
  /** Asks for the state of a payment. `unavailable` means ask again later. Never opens one that was not opened. */
  ask(attempt: GatewayAttempt): Promise<Result<PaymentFact, { code: 'unavailable'; detail: string }>>
  /**
   * Cancels; a token lets the gateway close a page on which no method was chosen yet. `not_found` promises that
   * nobody can pay any more; a page that was not confirmed closed is `unavailable`. `refused`: ended already, or paid.
   */
  cancel(attempt: GatewayAttempt): Promise<Result<PaymentFact, EndRefusal>>
  expire(attempt: GatewayAttempt): Promise<Result<PaymentFact, EndRefusal>>
  /** Repeating the same `refundKey` never refunds twice. `not_possible` where a person has to pay the buyer back. */
  refund(refund: {
    attempt: GatewayAttempt
    refundKey: string
    amount: number
    reason: string
  }): Promise<RefundOutcome>
  /** Parses and verifies a raw message; a wrong, missing or unverifiable signature is `forged`. */
  readMessage(
    rawBody: Buffer,
    headers: Headers,
  ): Result<GatewayMessage, { code: 'forged' | 'malformed'; detail: string }>
  /** What the sender of a stored message is answered; without it 200 and `{"status":true}`. */
  acknowledgement?: Acknowledgement
  /** Whether the gateway answers with our credentials; for `lapak doctor`. */
  probe(): Promise<{ ok: boolean; detail: string }>
}
