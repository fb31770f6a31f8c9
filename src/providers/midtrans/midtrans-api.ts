import { createHttpClient, parseJson, type HttpOutcome } from '../../platform/http-client.ts'

export type MidtransOptions = {
  serverKey: string
  /** `https://app.sandbox.midtrans.com/snap/v1` by default; production must be named. */
  snapUrl?: string
  /** `https://api.sandbox.midtrans.com` by default. */
  apiUrl?: string
  /** When set, answers and notifications of another merchant are refused. */
  merchantId?: string
  /** Notifications of our payments go here instead of to the dashboard's URL. */
  notificationUrl?: string
}

/** What the Core API answered: its effective code and body, or why there is no usable answer. */
export type CoreAnswer =
  | { kind: 'answered'; code: number; body: Record<string, unknown> }
  | { kind: 'unavailable'; detail: string }

/** What a charge was answered. `lost`: it was sent, and nothing readable came back. */
export type ChargeAnswer =
  | { kind: 'answered'; code: number; body: Record<string, unknown> }
  | { kind: 'not_sent'; detail: string }
  | { kind: 'lost'; detail: string }

export type MidtransApi = {
  snap(path: string, body: unknown): Promise<HttpOutcome>
  charge(body: unknown): Promise<ChargeAnswer>
  /** Where the picture of a code lies that belongs to a transaction. @see payments.md 1.4 */
  pictureUrl(type: 'qris' | 'gopay', transactionId: string): string
  core(method: 'GET' | 'POST', reference: string, action: string, body?: unknown): Promise<CoreAnswer>
}

const SANDBOX_SNAP_URL = 'https://app.sandbox.midtrans.com/snap/v1'
const SANDBOX_API_URL = 'https://api.sandbox.midtrans.com'
/** Leaves time for one question within a checkout's three seconds. */
const OPEN_TIMEOUT_MS = 2_200
const CORE_TIMEOUT_MS = 10_000
/** Midtrans publishes no rate; this many calls at once carry some hundred orders a second. */
const CONCURRENCY = 32
const QUEUE = 128
const BREAK_AFTER = 10
const HALF_OPEN_AFTER_MS = 5_000
const HTTP_REDIRECT = 300
const HTTP_UNAUTHORIZED = 401
const HTTP_TOO_MANY = 429
const HTTP_SERVER_ERROR = 500

/**
 * Signed calls to both hosts of Midtrans, each with its own circuit. Throws for a server key that is empty or holds
 * whitespace, as the official clients do.
 */
export function createMidtransApi(options: MidtransOptions): MidtransApi {
  if (!/^\S+$/.test(options.serverKey))
    throw new Error('the Midtrans server key is empty or contains whitespace')
  const limits = {
    concurrency: CONCURRENCY,
    queue: QUEUE,
    breakAfter: BREAK_AFTER,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  }
  const snapClient = createHttpClient({ ...limits, name: 'midtrans.snap' })
  const coreClient = createHttpClient({ ...limits, name: 'midtrans.core' })
  const snapUrl = withoutSlash(options.snapUrl ?? SANDBOX_SNAP_URL)
  const apiUrl = withoutSlash(options.apiUrl ?? SANDBOX_API_URL)
  const headers = {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    Authorization: `Basic ${Buffer.from(`${options.serverKey}:`).toString('base64')}`,
  }
  const override =
    options.notificationUrl === undefined ? {} : { 'X-Override-Notification': options.notificationUrl }
  return {
    snap: (path, body) =>
      snapClient.send({
        method: 'POST',
        url: snapUrl + path,
        headers: { ...headers, ...override },
        body: JSON.stringify(body),
        timeoutMs: OPEN_TIMEOUT_MS,
      }),
    charge: async (body) =>
      readChargeAnswer(
        await coreClient.send({
          method: 'POST',
          url: `${apiUrl}/v2/charge`,
          headers: { ...headers, ...override },
          body: JSON.stringify(body),
          timeoutMs: OPEN_TIMEOUT_MS,
        }),
      ),
    pictureUrl: (type, transactionId) => `${apiUrl}/v2/${type}/${encodeURIComponent(transactionId)}/qr-code`,
    async core(method, reference, action, body) {
      const outcome = await coreClient.send({
        method,
        url: `${apiUrl}/v2/${encodeURIComponent(reference)}/${action}`,
        headers,
        ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
        timeoutMs: CORE_TIMEOUT_MS,
      })
      return readCoreAnswer(outcome)
    },
  }
}

/**
 * The code in the body counts before the HTTP code; errors hide in answers with HTTP 200. Only a body that says so
 * itself is an answer: a proxy's page with HTTP 404 is none. @see payments.md 1.5
 */
function readCoreAnswer(outcome: HttpOutcome): CoreAnswer {
  if (outcome.kind !== 'answered') return { kind: 'unavailable', detail: outcome.reason }
  const { status } = outcome
  if (status === HTTP_UNAUTHORIZED) return { kind: 'unavailable', detail: 'the server key was refused' }
  if (status === HTTP_TOO_MANY || status >= HTTP_SERVER_ERROR)
    return { kind: 'unavailable', detail: `HTTP ${status}` }
  const body = parseJson(outcome.body)
  if (typeof body !== 'object' || body === null || !('status_code' in body)) {
    return { kind: 'unavailable', detail: `HTTP ${status} without a readable body` }
  }
  const code = Number(body.status_code)
  if (!Number.isSafeInteger(code)) return { kind: 'unavailable', detail: 'unreadable status code' }
  if (code === HTTP_UNAUTHORIZED) return { kind: 'unavailable', detail: 'the server key was refused' }
  if (code === HTTP_TOO_MANY || code >= HTTP_SERVER_ERROR)
    return { kind: 'unavailable', detail: `code ${code}` }
  return { kind: 'answered', code, body: { ...body } }
}

/** Whatever else a proxy says with an error code, it did not pass the charge on. */
function readChargeAnswer(outcome: HttpOutcome): ChargeAnswer {
  if (outcome.kind === 'not_sent') return { kind: 'not_sent', detail: outcome.reason }
  if (outcome.kind === 'unknown') return { kind: 'lost', detail: outcome.reason }
  const body = parseJson(outcome.body)
  const isObject = typeof body === 'object' && body !== null
  const code = isObject && 'status_code' in body ? Number(body.status_code) : outcome.status
  const isReadable = isObject && 'status_code' in body && Number.isSafeInteger(code)
  if (!isReadable && outcome.status < HTTP_REDIRECT) return { kind: 'lost', detail: 'unreadable answer' }
  return { kind: 'answered', code: isReadable ? code : outcome.status, body: isObject ? { ...body } : {} }
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
