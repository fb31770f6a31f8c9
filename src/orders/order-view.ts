import type { DeliveryKind, InputField } from '../catalog/service-view.ts'
import type { MethodGroup } from '../payments/ports.ts'

export type { RefundAccount } from '../payments/refund-account-view.ts'

/** States of an order. @see order-states.ts for the allowed moves */
export type OrderState =
  | 'PENDING'
  | 'WAITING_PAYMENT'
  | 'PROCESSING'
  | 'SUCCESS'
  | 'FAILED'
  | 'EXPIRED'
  | 'CANCELLED'
  | 'PARTIAL'
  | 'REFUNDED'

/** States of one order line. */
export type LineState =
  | 'WAITING'
  | 'PROCESSING'
  /** The supplier refuses what the buyer entered and has bought nothing: the buyer corrects it or gets the money back. */
  | 'NEEDS_INPUT'
  | 'DELIVERED'
  | 'FAILED'
  | 'CANCELLED'
  | 'REFUNDED'

/** What a buyer wants: SKU code, count, and the fields of the product's input schema. */
export type OrderItemRequest = { sku: string; quantity: number; input?: Record<string, string> }

export type QuoteRequest = {
  items: OrderItemRequest[]
  paymentMethod?: string
  couponCode?: string
  redeemPoints?: number
  store?: string
}

export type OrderRequest = QuoteRequest & {
  customer: { name: string; email: string; phone: string }
  paymentMethod: string
  returnUrl?: string
  /** The total the buyer saw; when it differs from ours the order is refused with `price_changed`. */
  expectedTotal?: number
  locale?: 'id' | 'en'
}

export type QuoteLine = {
  sku: string
  name: string
  product: string
  quantity: number
  unitPrice: number
  total: number
}

export type PaymentMethodOffer = {
  method: string
  label: string
  labelEn: string
  group: MethodGroup
  /** How long after paying it is usually known, in seconds. */
  confirmSeconds: number
  /** What the buyer pays on top, in rupiah; never for QRIS, where it is forbidden. */
  fee: number
  total: number
  enabled: boolean
  /** Why the method is disabled, in plain words. */
  reason?: string
  reasonEn?: string
}

export type Quote = {
  lines: QuoteLine[]
  subtotal: number
  discount: number
  pointsValue: number
  fee: number
  total: number
  methods: PaymentMethodOffer[]
}

/** How to pay: where to send the buyer, or what to show. */
export type PaymentInstructions = {
  method: string
  reference: string
  redirectUrl?: string
  token?: string
  qrString?: string
  vaNumber?: string
  /** Bank of the virtual account, or the store or biller of a code. */
  bank?: string
  /** Second number of methods that need two (Mandiri's company code), or a store's payment code. */
  code?: string
  /** What is to be paid when the gateway adds something to the order's total. */
  payable?: number
  expiresAt?: string
}

/** Why an order cannot be paid anew. */
export type RenewalRefusal =
  | { code: 'not_found' | 'not_renewable' | 'price_changed' | 'sku_unavailable' }
  | { code: 'payment_method_unavailable' | 'gateway_unavailable'; methods: PaymentMethodOffer[] }

/** Why what a buyer entered cannot be corrected. */
export type CorrectionRefusal =
  | { code: 'not_found' | 'not_correctable' }
  | { code: 'invalid_request'; errors: FieldError[] }

export type CreatedOrder = {
  orderNumber: string
  trackingToken: string
  status: OrderState
  currency: 'IDR'
  total: number
  lines: QuoteLine[]
  payment: PaymentInstructions
  links: { invoice: string; track: string }
  /** True when the command was a repeat and created nothing. */
  isReplayed?: boolean
}

/** One mistake in a request: where it is (JSON pointer) and what to do, in plain words. */
export type FieldError = { pointer: string; code: string; detail: string; detailEn: string }

/** Why a quote or an order was refused. `current` carries the fresh quote when the price moved. */
export type OrderRefusal =
  | { code: 'invalid_request'; errors: FieldError[] }
  | { code: 'sku_unknown'; errors: FieldError[] }
  | { code: 'sku_unavailable'; errors: FieldError[] }
  | { code: 'price_changed'; current: Quote }
  | { code: 'payment_method_unavailable'; errors: FieldError[] }
  | { code: 'idempotency_key_missing' }
  | { code: 'idempotency_key_reused' }
  | { code: 'request_in_progress' }
  | { code: 'gateway_unavailable'; methods: PaymentMethodOffer[] }

export type DeliveryView =
  /** `shared` when several people use the same access: what is shown changes with it, until `expiresAt`. */
  | { kind: 'codes'; codes: string[]; shared?: { expiresAt?: string } }
  | { kind: 'topup'; serialNumber: string }
  /** `position` and `etaSeconds` while it waits for a seat; `expiresAt` once the membership runs. */
  | {
      kind: 'invite'
      state: InviteView
      email: string
      position?: number
      etaSeconds?: number
      expiresAt?: string
    }

/** How an invite stands, for the buyer: waiting for a seat, on its way, to be accepted, running, over. */
export type InviteView = 'queued' | 'sending' | 'invited' | 'joined' | 'ended'

/** One thing that the buyer entered, as it is shown. */
export type ShownInput = { label: string; labelEn?: string; value: string }

export type TrackLine = {
  sku: string
  name: string
  product: string
  productSlug: string
  deliveryKind: DeliveryKind
  quantity: number
  total: number
  status: LineState
  /** What the buyer entered, as label and value; orders of before know the Indonesian label only. */
  input: ShownInput[]
  delivery?: DeliveryView
  /** Why the line failed, in plain words, when it did; in English for the codes we have words for. */
  failure?: string
  failureEn?: string
  /** The line's number in its order, from 1. */
  position: number
  /** What the buyer may correct, and until when, while the line is NEEDS_INPUT. */
  correction?: {
    fields: InputField[]
    input: Record<string, string>
    until: string
    why: string
    whyEn: string
  }
}

export type TrackView = {
  orderNumber: string
  status: OrderState
  total: number
  subtotal: number
  fee: number
  currency: 'IDR'
  createdAt: string
  expiresAt: string | null
  /** Grows with every change; lets a client skip what it has seen. */
  version: number
  timeline: { state: string; at: string }[]
  payment: {
    method: string
    status: 'waiting' | 'paid' | 'expired' | 'failed' | 'review' | 'refund_pending' | 'refunded' | 'cancelled'
    paidAt?: string
    redirectUrl?: string
    token?: string
    qrString?: string
    vaNumber?: string
    bank?: string
    code?: string
    payable?: number
    expiresAt?: string
    refund?: {
      amount: number
      state: 'pending' | 'done' | 'manual'
      method: string
      /** A person pays it back and does not know yet where to: the buyer is asked. */
      needsAccount: boolean
      /** Where to, shortened: `BCA ··· 1234`. */
      account?: string
    }
    /** Money that fits no order as it came: paid late, twice, too little, too much, or after the end. */
    surplus?: { kind: 'late' | 'double' | 'underpaid' | 'overpaid' | 'cancelled'; amount: number }
    /** The order can be paid anew: after its time, or by another method. */
    canRenew: boolean
  }
  lines: TrackLine[]
}
