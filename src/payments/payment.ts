/** States of a payment attempt. */
export type PaymentState =
  | 'CREATING'
  | 'PENDING'
  | 'PAID'
  | 'FAILED'
  | 'EXPIRED'
  | 'CANCELLED'
  | 'REVIEW'
  | 'PARTIALLY_REFUNDED'
  | 'REFUNDED'
  | 'CHARGEBACK'

/** What is known of an attempt before the gateway was asked to open it. Amounts are whole rupiah. */
export type PlannedPayment = {
  id: string
  orderId: string
  attempt: number
  gateway: string
  method: string
  /** Our id of the attempt at the gateway: unique for ever. */
  reference: string
  amount: number
  expiresAt: Date
}

/** A stored payment attempt. `amount` is what the order gets of it, `payable` what the buyer pays at the gateway. */
export type Payment = PlannedPayment & {
  payable: number
  currency: string
  state: PaymentState
  /** Which account the received money was credited to; null until it was booked. */
  bookedTo: 'order' | 'suspense' | null
  gatewayTransactionId: string | null
  gatewayMethod: string | null
  token: string | null
  redirectUrl: string | null
  qrString: string | null
  vaNumber: string | null
  /** Bank of the virtual account, or the store or biller of `code`. */
  bank: string | null
  code: string | null
  /** Ended by us although its gateway cannot end it: it may be paid until its own end. */
  letGo: boolean
  received: number | null
  refunded: number
  paidAt: Date | null
  createdAt: Date
}

/**
 * A payment with what only the shop may know: what reaches us of it as the gateway says, and what it kept of
 * `received`; null while that is not known.
 */
export type HeldPayment = Payment & { net: number | null; gatewayFee: number | null }

/** Whether a payment may bring money yet as far as we know: one under review without money waits like an open one. */
export function canBePaid({ state, bookedTo }: Pick<Payment, 'state' | 'bookedTo'>): boolean {
  return state === 'CREATING' || state === 'PENDING' || (state === 'REVIEW' && bookedTo === null)
}

/**
 * From which state a payment may go where, as data; the database holds the same table for reports.
 * No state that knows of received money leads back to one that does not.
 */
export const PAYMENT_TRANSITIONS: Readonly<Record<PaymentState, readonly PaymentState[]>> = {
  CREATING: ['PENDING', 'PAID', 'FAILED', 'EXPIRED', 'CANCELLED', 'REVIEW'],
  PENDING: ['PAID', 'FAILED', 'EXPIRED', 'CANCELLED', 'REVIEW'],
  FAILED: ['PAID', 'REVIEW'],
  EXPIRED: ['PAID', 'REVIEW'],
  CANCELLED: ['PAID', 'REVIEW'],
  REVIEW: [
    'REVIEW',
    'PAID',
    'REFUNDED',
    'PARTIALLY_REFUNDED',
    'CHARGEBACK',
    'FAILED',
    'EXPIRED',
    'CANCELLED',
  ],
  PAID: ['PARTIALLY_REFUNDED', 'REFUNDED', 'CHARGEBACK'],
  PARTIALLY_REFUNDED: ['PARTIALLY_REFUNDED', 'REFUNDED', 'CHARGEBACK'],
  REFUNDED: [],
  CHARGEBACK: [],
}

/** Gateways accept at most 36 signs, letters, digits and hyphens, as the id of an attempt. @see payments.md 5 */
const REFERENCE_FORM = /^[A-Za-z0-9-]{1,36}$/

/** The id of an attempt at the gateway: `LP-7K2M9Q4XA0-1`. Throws when it would not fit every gateway. */
export function paymentReference(orderNumber: string, attempt: number): string {
  const reference = `${orderNumber}-${attempt}`
  if (!REFERENCE_FORM.test(reference)) throw new RangeError(`not a payment reference: ${reference}`)
  return reference
}
