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

export type MidtransApi = {
  snap(path: string, body: unknown): Promise<HttpOutcome>
  core(method: 'GET' | 'POST', reference: string, action: string, body?: unknown): Promise<CoreAnswer>
}

const SANDBOX_SNAP_URL = 'https://app.sandbox.midtrans.com/snap/v1'
const SANDBOX_API_URL = 'https://api.sandbox.midtrans.com'
/** Leaves time for one question within a checkout's three seconds. */
const SNAP_TIMEOUT_MS = 2_200
const CORE_TIMEOUT_MS = 10_000
/** Midtrans publishes no rate; this many calls at once carry some hundred orders a second. */
const CONCURRENCY = 32
const QUEUE = 128
const BREAK_AFTER = 10
const HALF_OPEN_AFTER_MS = 5_000
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
        timeoutMs: SNAP_TIMEOUT_MS,
      }),
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

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}
