import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Midtrans } from './midtrans-state.ts'

/** What a Core API action found out: the body, and an HTTP code only where it is not 200. */
export type CoreAnswer = { body: Record<string, unknown>; httpStatus?: ContentfulStatusCode }

const MESSAGES: Record<string, string> = {
  '401': 'Transaction cannot be authorized with the current client/server key.',
  '402': 'Payment channel is not activated.',
  '404': "Transaction doesn't exist.",
  '406':
    'The request could not be completed due to a conflict with the current state of the target resource, please try again',
  '412': 'Merchant cannot modify the status of the transaction',
  '413': 'The request cannot be processed due to malformed syntax in the request body',
  '414': 'Refund amount is invalid',
}

/** Returns the error body of the Core API for a code. @see payments.md 1.5 */
export function coreError(midtrans: Midtrans, code: string, message?: string): CoreAnswer {
  const status = message ?? MESSAGES[code] ?? 'Error'
  return { body: { status_code: code, status_message: status, id: midtrans.context.random.uuid() } }
}

/** Sends a Core API answer. */
export function respond(c: Context, { body, httpStatus }: CoreAnswer): Response {
  return c.json(body, httpStatus ?? 200)
}
