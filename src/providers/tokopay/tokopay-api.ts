import { createHttpClient, parseJson, type HttpOutcome } from '../../platform/http-client.ts'
import { accountSignature, type Credentials } from './signature.ts'

/**
 * What Tokopay answered. `refused`: it said so itself, in words; `lost`: the request left and no readable answer came
 * back; `failed`: the server failed after it had arrived; `unavailable`: it never left, or the answer is not Tokopay's.
 */
export type TokopayAnswer =
  | { kind: 'answered'; data: Record<string, unknown> }
  | { kind: 'refused' | 'unavailable' | 'failed' | 'lost'; detail: string }

export type TokopayApi = {
  /** Opens a bill, or shows the one that has this reference already. The secret is not sent. */
  openOrder(body: Record<string, unknown>): Promise<TokopayAnswer>
  /** Shows a bill. Opens one when there is none: only for bills that are known. The secret stands in the address. */
  showOrder(order: { reference: string; amount: number; channel: string }): Promise<TokopayAnswer>
  /** The account with its balance. */
  account(): Promise<TokopayAnswer>
}

/** Leaves time for the rest of a checkout's three seconds. */
const OPEN_TIMEOUT_MS = 2_200
const ASK_TIMEOUT_MS = 10_000
/** Tokopay publishes no rate; a small aggregator is asked gently. */
const LIMITS = { concurrency: 16, queue: 128, breakAfter: 10, halfOpenAfterMs: 5_000 }
const MAX_DETAIL = 200
const HTTP_TOO_MANY = 429
const HTTP_SERVER_ERROR = 500

/** Calls to Tokopay. No error text holds an address: the secret stands in some of them. @see payments.md 2.1 */
export function createTokopayApi(credentials: Credentials, apiUrl: string): TokopayApi {
  const opening = createHttpClient({ ...LIMITS, name: 'tokopay.open' })
  const asking = createHttpClient({ ...LIMITS, name: 'tokopay.ask' })
  const { merchantId, secret } = credentials
  const get = async (path: string, query: Record<string, string>) =>
    readAnswer(
      await asking.send({
        method: 'GET',
        url: `${apiUrl}${path}?${new URLSearchParams(query).toString()}`,
        headers: { Accept: 'application/json' },
        timeoutMs: ASK_TIMEOUT_MS,
      }),
      secret,
    )
  return {
    openOrder: async (body) =>
      readAnswer(
        await opening.send({
          method: 'POST',
          url: `${apiUrl}/v1/order`,
          headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
          timeoutMs: OPEN_TIMEOUT_MS,
        }),
        secret,
      ),
    showOrder: ({ reference, amount, channel }) =>
      get('/v1/order', {
        merchant: merchantId,
        secret,
        ref_id: reference,
        nominal: String(amount),
        metode: channel,
      }),
    account: () =>
      get('/v1/merchant/balance', { merchant: merchantId, signature: accountSignature(credentials) }),
  }
}

/**
 * The body counts, whatever the HTTP code: errors come with any. A status says only whether the call worked: the text
 * `Success` or the number 1, and the number 0 when not. @see payments.md 2.4, 2.9
 */
function readAnswer(outcome: HttpOutcome, secret: string): TokopayAnswer {
  if (outcome.kind === 'not_sent') return { kind: 'unavailable', detail: outcome.reason }
  if (outcome.kind === 'unknown') return { kind: 'lost', detail: outcome.reason }
  const body = parseJson(outcome.body)
  const isFailure = outcome.status >= HTTP_SERVER_ERROR
  const detail = `HTTP ${outcome.status}`
  if (typeof body !== 'object' || body === null || !('status' in body)) {
    if (outcome.status < 300) return { kind: 'lost', detail: 'unreadable answer' }
    return { kind: isFailure ? 'failed' : 'unavailable', detail }
  }
  if (isSuccess(body.status) && 'data' in body && typeof body.data === 'object' && body.data !== null) {
    if (isFailure) return { kind: 'failed', detail }
    return outcome.status === HTTP_TOO_MANY
      ? { kind: 'unavailable', detail }
      : { kind: 'answered', data: { ...body.data } }
  }
  if (isSuccess(body.status)) return { kind: 'lost', detail: 'an answer without data' }
  const said = 'error_msg' in body && typeof body.error_msg === 'string' ? body.error_msg : 'no reason given'
  return { kind: 'refused', detail: said.replaceAll(secret, '[secret]').slice(0, MAX_DETAIL) }
}

function isSuccess(status: unknown): boolean {
  return status === 1 || status === true || (typeof status === 'string' && /^(success|1)$/i.test(status))
}
