import type { DeliveryKind } from '../catalog/service-view.ts'

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
export type LineState = 'WAITING' | 'PROCESSING' | 'DELIVERED' | 'FAILED' | 'CANCELLED' | 'REFUNDED'

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
  fee: number
  total: number
  enabled: boolean
  /** Why the method is disabled, in plain words. */
  reason?: string
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
  expiresAt?: string
}

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
  | { kind: 'codes'; codes: string[] }
  | { kind: 'topup'; serialNumber: string }
  | { kind: 'invite'; state: string; position?: number; etaSeconds?: number }

export type TrackLine = {
  sku: string
  name: string
  product: string
  productSlug: string
  deliveryKind: DeliveryKind
  quantity: number
  total: number
  status: LineState
  /** What the buyer entered, as label and value. */
  input: { label: string; value: string }[]
  delivery?: DeliveryView
  /** Why the line failed, in plain words, when it did. */
  failure?: string
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
    expiresAt?: string
    refund?: { amount: number; state: 'pending' | 'done' | 'manual'; method: string }
  }
  lines: TrackLine[]
}
