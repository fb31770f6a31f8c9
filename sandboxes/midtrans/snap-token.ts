import type { Midtrans } from './midtrans-state.ts'
import { listTransactions } from './midtrans-state.ts'
import { freesOrderId, wasPaid } from './transaction.ts'
import { durationMs, parseTime } from './wire-format.ts'
import type { SnapRequest } from './snap-validation.ts'

const DAY_MS = 86_400_000
const DEFAULT_PAGE_MS = DAY_MS
/** A token dies after this time whatever was asked. */
const MAX_TOKEN_MS = 7 * DAY_MS

/** An open payment page: no transaction exists until a method is chosen. */
export type SnapToken = {
  token: string
  orderId: string
  grossAmount: number
  request: SnapRequest
  createdAt: Date
  pageExpiresAt: Date
  canceledAt: Date | undefined
  /** Transaction of the method chosen last. */
  transactionId: string | undefined
  notificationUrls: { override: string[]; append: string[] }
}

/** Returns why the order id cannot be used for a new payment, or undefined. @see payments.md 1.8 */
export function orderIdProblem(midtrans: Midtrans, orderId: string): string | undefined {
  const blocking = listTransactions(midtrans, orderId).filter((transaction) => !freesOrderId(transaction))
  if (blocking.some(wasPaid)) {
    return 'transaction_details.order_id has been paid and utilized, please use another order ID'
  }
  return blocking.length > 0 ? 'transaction_details.order_id has already been taken' : undefined
}

/** Opens a payment page. The request must have passed validation. */
export function openSnapToken(
  midtrans: Midtrans,
  request: SnapRequest,
  notificationUrls: SnapToken['notificationUrls'],
): SnapToken {
  const createdAt = midtrans.context.clock.now()
  const token: SnapToken = {
    token: midtrans.context.random.uuid(),
    orderId: request.transaction_details.order_id,
    grossAmount: request.transaction_details.gross_amount,
    request,
    createdAt,
    pageExpiresAt: pageExpiry(request, createdAt),
    canceledAt: undefined,
    transactionId: undefined,
    notificationUrls,
  }
  midtrans.tokens.set(token.token, token)
  return token
}

function pageExpiry(request: SnapRequest, createdAt: Date): Date {
  const { page_expiry: page, expiry } = request
  const latest = createdAt.getTime() + MAX_TOKEN_MS
  const start = (!page && expiry?.start_time && parseTime(expiry.start_time)) || createdAt
  const wish = page ?? expiry
  const length = (wish && durationMs(wish.duration, wish.unit)) ?? DEFAULT_PAGE_MS
  return new Date(Math.min(start.getTime() + length, latest))
}

/** Returns when a method chosen now runs out, given what the page's request asked for. */
export function methodExpiry(token: SnapToken, chosenAt: Date, defaultMs: number): Date {
  const { expiry } = token.request
  const start = (expiry?.start_time && parseTime(expiry.start_time)) || chosenAt
  const length = (expiry && durationMs(expiry.duration, expiry.unit)) ?? defaultMs
  return new Date(start.getTime() + length)
}
