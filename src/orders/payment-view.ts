import type { PaymentForView } from '#payments'
import type { OrderState, PaymentInstructions, TrackView } from './order-view.ts'

type PaymentView = TrackView['payment']
type Stored = PaymentForView['payment']

/**
 * Attempts of one order. Each may hold its goods for a while, so there is an end; nobody who wants to pay needs more than
 * a few.
 */
export const MAX_ATTEMPTS = 6

/** States of an order that may be paid anew. */
const RENEWABLE: ReadonlySet<OrderState> = new Set<OrderState>(['WAITING_PAYMENT', 'EXPIRED'])

/** Whether an order may get another payment; `payment` is its newest. */
export function mayRenew(
  order: { state: OrderState },
  payment: Pick<Stored, 'attempt' | 'bookedTo'>,
): boolean {
  return RENEWABLE.has(order.state) && payment.attempt < MAX_ATTEMPTS && payment.bookedTo !== 'order'
}

/**
 * The payment of an order as its buyer sees it. What was found out beside it, such as where a refund goes or money that
 * did not fit, is `more`.
 */
export function toPaymentView(
  order: { state: OrderState },
  { payment, status, refund }: PaymentForView,
  more: { needsAccount?: boolean; account?: string; surplus?: PaymentView['surplus'] } = {},
): PaymentView {
  const isOpen = payment.state === 'CREATING' || payment.state === 'PENDING'
  const { needsAccount = false, account, surplus } = more
  return {
    method: payment.method,
    status: payment.bookedTo === 'suspense' && status === 'paid' ? 'review' : status,
    ...(payment.paidAt === null ? {} : { paidAt: payment.paidAt.toISOString() }),
    ...(isOpen ? { ...howToPay(payment), expiresAt: payment.expiresAt.toISOString() } : {}),
    ...(refund === undefined
      ? {}
      : {
          refund: {
            ...refund,
            method: payment.method,
            needsAccount,
            ...(account === undefined ? {} : { account }),
          },
        }),
    ...(surplus === undefined ? {} : { surplus }),
    canRenew: mayRenew(order, payment),
  }
}

/** Whether a buyer was ever shown a way to pay: a page, a code or a number. */
export function hasPage({ redirectUrl, qrString, vaNumber, code, token }: Stored): boolean {
  return [redirectUrl, qrString, vaNumber, code, token].some((way) => way !== null)
}

type HowToPay = Pick<
  PaymentInstructions,
  'redirectUrl' | 'token' | 'qrString' | 'vaNumber' | 'bank' | 'code' | 'payable'
>

/** Where to go, what to show and what to pay, as far as the gateway said. */
export function howToPay(payment: Stored): HowToPay {
  const { redirectUrl, token, qrString, vaNumber, bank, code, payable, amount } = payment
  return {
    ...(redirectUrl === null ? {} : { redirectUrl }),
    ...(token === null ? {} : { token }),
    ...(qrString === null ? {} : { qrString }),
    ...(vaNumber === null ? {} : { vaNumber }),
    ...(bank === null ? {} : { bank }),
    ...(code === null ? {} : { code }),
    ...(payable === amount ? {} : { payable }),
  }
}
