import * as z from 'zod'
import { parseJson, type HttpOutcome } from '../../platform/http-client.ts'
import type { GatewayOrder, GatewayPayment, GatewayRefusal } from '../../payments/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import type { MidtransApi } from './midtrans-api.ts'
import { toSnapRequest } from './snap-request.ts'

const openedSchema = z.object({
  token: z.string().min(1).max(200),
  redirect_url: z.string().regex(/^https?:\/\/\S+$/),
})
const errorSchema = z.object({ error_messages: z.array(z.string()).min(1) })

/** Both wordings were seen for an order id that cannot be used again. @see payments.md 1.2 */
const TAKEN = /already been taken|paid and utilized/i
const MAX_DETAIL = 200
const NO_PAGE = new Set([401, 403, 429])

/**
 * Opens a payment page. An answered error means that there is no page for anyone; a lost or unreadable answer is
 * `unknown`, because a page may exist.
 */
export async function openSnapPage(
  api: MidtransApi,
  order: GatewayOrder,
): Promise<Result<GatewayPayment, GatewayRefusal>> {
  const outcome = await api.snap('/transactions', toSnapRequest(order))
  if (outcome.kind === 'not_sent') return err({ code: 'unavailable', detail: outcome.reason })
  if (outcome.kind === 'unknown') return err({ code: 'unknown', detail: outcome.reason })
  const body = parseJson(outcome.body)
  const opened = openedSchema.safeParse(body)
  if (outcome.status >= 200 && outcome.status < 300) {
    if (!opened.success) return err({ code: 'unknown', detail: 'unreadable answer' })
    return ok({ token: opened.data.token, redirectUrl: opened.data.redirect_url })
  }
  return err(refusalOf(outcome, body))
}

/** Refusals after which nobody can pay on a page: it was closed before, or there is none. */
const PAGE_IS_CLOSED = /already canceled|token not found/i

/**
 * Closes a page on which no method was chosen. True when the gateway confirms that nobody can pay on it; false when
 * it is in use, or the answer was lost.
 */
export async function cancelSnapPage(api: MidtransApi, token: string): Promise<boolean> {
  const outcome = await api.snap(`/transactions/${encodeURIComponent(token)}/cancel`, {})
  if (outcome.kind !== 'answered') return false
  if (outcome.status < 300) return true
  const refused = errorSchema.safeParse(parseJson(outcome.body))
  return refused.success && refused.data.error_messages.some((message) => PAGE_IS_CLOSED.test(message))
}

function refusalOf({ status }: Extract<HttpOutcome, { kind: 'answered' }>, body: unknown): GatewayRefusal {
  const refused = errorSchema.safeParse(body)
  const text = refused.success
    ? refused.data.error_messages.join('; ').slice(0, MAX_DETAIL)
    : `HTTP ${status}`
  if (status < 400 || status >= 500 || NO_PAGE.has(status) || !refused.success)
    return { code: 'unavailable', detail: text }
  return { code: TAKEN.test(text) ? 'taken' : 'rejected', detail: text }
}
