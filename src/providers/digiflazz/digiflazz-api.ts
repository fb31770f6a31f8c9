import { createHash } from 'node:crypto'
import * as z from 'zod'
import { createHttpClient, parseJson, type HttpClient } from '../../platform/http-client.ts'

/** Credentials and deadlines of one Digiflazz account. The key decides between production and development. */
export type DigiflazzOptions = {
  /** Without a trailing slash, for example `https://api.digiflazz.com/v1`. */
  apiUrl: string
  username: string
  apiKey: string
  /** Signs the supplier's messages; null when none are expected. */
  webhookSecret?: string | null
  timeouts?: Partial<DigiflazzTimeouts>
}

export type DigiflazzTimeouts = { orderMs: number; readMs: number }

/**
 * What stands under `data`, or why there is nothing. `refused`: an answer with a response code other than success,
 * whatever its HTTP status. @see suppliers.md 2.1, 2.6
 */
export type DigiflazzAnswer =
  | { kind: 'answered'; data: unknown }
  | { kind: 'refused'; rc: string; message: string }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'unknown'; reason: string; isAnswer: boolean }

/**
 * What stands under `data` of a purchase, whatever its code says, or why there is nothing. `throttled`: turned away by
 * the HTTP status before anything was looked at.
 */
export type DigiflazzTransaction =
  | { kind: 'answered'; data: unknown }
  | { kind: 'throttled'; reason: string }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'unknown'; reason: string }

export type DigiflazzApi = {
  /** Posts a purchase, or the same one again to ask for its state. Nothing is repeated here. */
  transact(
    fields: { ref_id: string } & Record<string, string | number | boolean>,
  ): Promise<DigiflazzTransaction>
  /** Posts a read; `suffix` closes the text that is signed. */
  read(
    path: 'price-list' | 'cek-saldo',
    suffix: string,
    fields: Record<string, string>,
  ): Promise<DigiflazzAnswer>
}

/** A purchase may hang this long at the supplier and still succeed. */
const ORDER_TIMEOUT_MS = 60_000
/** More purchases at once than the workers of a process hold. */
const ORDERS_AT_ONCE = 16
/** A purchase must leave at once or not at all: one that waited here could be sent after it was given up for lost. */
const ORDER_QUEUE = 0
/** A whole list has a few hundred kilobytes. */
const READ_TIMEOUT_MS = 20_000
const READS_AT_ONCE = 2
const READ_QUEUE = 20
const BREAK_AFTER = 10
const HALF_OPEN_AFTER_MS = 30_000
const TOO_MANY_REQUESTS = 429
const SUCCESS = '00'
/** A key of the development mode buys nothing: its purchases must say that they are tests. @see suppliers.md 2.8 */
const DEVELOPMENT = 'dev-'

const envelope = z.looseObject({ data: z.unknown() })
const transactionEnvelope = z.looseObject({ data: z.looseObject({}) })
const coded = z.looseObject({
  rc: z.union([z.string(), z.number()]).transform(String),
  message: z.string().nullish(),
})

/** Opens the account's API. Nothing is sent yet. */
export function createDigiflazzApi(options: DigiflazzOptions): DigiflazzApi {
  const reads = createHttpClient({
    name: 'digiflazz.read',
    concurrency: READS_AT_ONCE,
    queue: READ_QUEUE,
    breakAfter: BREAK_AFTER,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  })
  const orders = createHttpClient({
    name: 'digiflazz.order',
    concurrency: ORDERS_AT_ONCE,
    queue: ORDER_QUEUE,
    breakAfter: BREAK_AFTER,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  })
  const timeoutMs = options.timeouts?.readMs ?? READ_TIMEOUT_MS
  const { username } = options
  const signOf = (suffix: string): string =>
    createHash('md5').update(`${username}${options.apiKey}${suffix}`).digest('hex')
  return {
    transact: (fields) =>
      exchangeOrder(orders, `${options.apiUrl}/transaction`, {
        timeoutMs: options.timeouts?.orderMs ?? ORDER_TIMEOUT_MS,
        body: {
          username,
          sign: signOf(fields.ref_id),
          ...fields,
          ...(options.apiKey.startsWith(DEVELOPMENT) ? { testing: true } : {}),
        },
      }),
    read(path, suffix, fields) {
      const sign = signOf(suffix)
      return exchange(reads, `${options.apiUrl}/${path}`, timeoutMs, { username, sign, ...fields })
    },
  }
}

async function exchangeOrder(
  http: HttpClient,
  url: string,
  request: { timeoutMs: number; body: Record<string, unknown> },
): Promise<DigiflazzTransaction> {
  const outcome = await http.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(request.body),
    timeoutMs: request.timeoutMs,
  })
  if (outcome.kind !== 'answered') return outcome
  if (outcome.status === TOO_MANY_REQUESTS) return { kind: 'throttled', reason: 'HTTP 429' }
  if (outcome.status !== 200 && outcome.status !== 400)
    return { kind: 'unknown', reason: `HTTP ${outcome.status}` }
  const parsed = transactionEnvelope.safeParse(parseJson(outcome.body))
  if (!parsed.success) return { kind: 'unknown', reason: 'the answer is not in the documented form' }
  return { kind: 'answered', data: parsed.data.data }
}

async function exchange(
  http: HttpClient,
  url: string,
  timeoutMs: number,
  body: Record<string, string>,
): Promise<DigiflazzAnswer> {
  const outcome = await http.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    timeoutMs,
  })
  if (outcome.kind === 'not_sent') return outcome
  if (outcome.kind === 'unknown') return { ...outcome, isAnswer: false }
  if (outcome.status === TOO_MANY_REQUESTS) return { kind: 'refused', rc: '85', message: 'HTTP 429' }
  if (outcome.status >= 500) return { kind: 'unknown', reason: `HTTP ${outcome.status}`, isAnswer: false }
  const parsed = envelope.safeParse(parseJson(outcome.body))
  if (!parsed.success)
    return { kind: 'unknown', reason: `HTTP ${outcome.status} without data`, isAnswer: true }
  const { data } = parsed.data
  const refusal = coded.safeParse(data)
  if (refusal.success && refusal.data.rc !== SUCCESS) {
    return { kind: 'refused', rc: refusal.data.rc, message: refusal.data.message ?? '' }
  }
  if (outcome.status !== 200) return { kind: 'unknown', reason: `HTTP ${outcome.status}`, isAnswer: true }
  return { kind: 'answered', data }
}
