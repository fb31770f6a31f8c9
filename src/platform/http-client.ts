import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
  wrap,
} from 'cockatiel'
import { failpoint } from './failpoint.ts'

/**
 * What became of a call to a provider.
 * `not_sent`: no byte of the request reached the provider, so nothing can have happened there.
 * `unknown`: it was sent and no complete answer came back; the effect may or may not exist.
 */
export type HttpOutcome =
  | { kind: 'answered'; status: number; headers: Headers; body: Buffer }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'unknown'; reason: string }

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: string
  headers?: Record<string, string>
  body?: string
  timeoutMs: number
}

export type HttpClient = { send(request: HttpRequest): Promise<HttpOutcome> }

export type HttpClientOptions = {
  /** Names the provider in failpoints: `<name>.call` before and `<name>.answered` after each call. */
  name: string
  /** Calls at once; more wait in a queue of `queue`, beyond that they are refused as not sent. */
  concurrency: number
  queue: number
  /** Failures in a row that open the circuit. */
  breakAfter: number
  halfOpenAfterMs: number
}

/** Reading stops here: no provider of ours sends more in one page. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024
/** System calls before the first byte of the request. The same errors come after it too, from `read` or `write`. */
const BEFORE_SENDING = new Set(['connect', 'getaddrinfo'])
/** Errors without a system call that end the opening of a connection: its time limit, and a certificate in doubt. */
const NO_CONNECTION = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
])

class CallFailed extends Error {
  readonly outcome: HttpOutcome
  constructor(outcome: HttpOutcome) {
    super('call failed')
    this.outcome = outcome
  }
}

/**
 * A client for one provider: total timeout, no redirects, no retries of its own, a bulkhead and a circuit
 * breaker. Never throws for what the network or the provider does.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: options.halfOpenAfterMs,
    breaker: new ConsecutiveBreaker(options.breakAfter),
  })
  const policy = wrap(bulkhead(options.concurrency, options.queue), breaker)
  return {
    async send(request) {
      try {
        return await policy.execute(async () => {
          failpoint(`${options.name}.call`)
          const outcome = await exchange(request)
          failpoint(`${options.name}.answered`)
          if (outcome.kind !== 'answered' || outcome.status >= 500) throw new CallFailed(outcome)
          return outcome
        })
      } catch (error) {
        if (error instanceof CallFailed) return error.outcome
        if (error instanceof BrokenCircuitError) return { kind: 'not_sent', reason: 'circuit open' }
        if (error instanceof BulkheadRejectedError)
          return { kind: 'not_sent', reason: 'too many calls at once' }
        throw error
      }
    },
  }
}

async function exchange(request: HttpRequest): Promise<HttpOutcome> {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers ?? {},
      redirect: 'manual',
      signal: AbortSignal.timeout(request.timeoutMs),
      ...(request.body === undefined ? {} : { body: request.body }),
    })
    const body = await readBody(response)
    if (body === undefined) return { kind: 'unknown', reason: 'answer too large' }
    return { kind: 'answered', status: response.status, headers: response.headers, body }
  } catch (error) {
    return { kind: wasNeverSent(error) ? 'not_sent' : 'unknown', reason: networkReason(error) }
  }
}

/** The whole body, or undefined when it is too large; the rest is then not read and the connection closed. */
async function readBody(response: Response): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of response.body ?? []) {
    length += part.byteLength
    if (length > MAX_ANSWER_BYTES) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Only what proves it: one attempt of several addresses that got further makes it unknown. */
function wasNeverSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof AggregateError) return cause.errors.length > 0 && cause.errors.every(failedToConnect)
  return failedToConnect(cause)
}

function failedToConnect(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if ('syscall' in error) return typeof error.syscall === 'string' && BEFORE_SENDING.has(error.syscall)
  return 'code' in error && typeof error.code === 'string' && NO_CONNECTION.has(error.code)
}

function networkReason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { cause } = error
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return error.name
}

/** The body as JSON, or undefined when it is not JSON (an HTML page, a cut answer). */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
