import { createHash } from 'node:crypto'
import * as z from 'zod'
import { createHttpClient, parseJson, type HttpClient } from '../../platform/http-client.ts'

/** Credentials and deadlines of one VIP-Reseller account. */
export type VipResellerOptions = {
  /** Without a trailing slash, for example `https://vip-reseller.co.id/api`. */
  apiUrl: string
  apiId: string
  apiKey: string
  timeouts?: Partial<VipTimeouts>
}

export type VipTimeouts = { orderMs: number; readMs: number; nicknameMs: number }

/** Orders and catalogues are kept apart by the supplier: an id is known only on the endpoint that made it. */
export type VipEndpoint = 'game-feature' | 'prepaid'

/** The supplier's `{result, data, message}`, or why there is none. */
export type VipAnswer =
  | { kind: 'answered'; result: boolean; data: unknown; message: string; extra: Record<string, unknown> }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'unknown'; reason: string }

/** One account's three ways of calling, each with its own deadline, bulkhead and circuit. */
export type VipApi = {
  /** `key`'s companion on every call, and the whole proof of a webhook. @see suppliers.md 1.1, 1.9 */
  sign: string
  order(endpoint: VipEndpoint, form: Record<string, string>): Promise<VipAnswer>
  read(endpoint: VipEndpoint | 'profile', form: Record<string, string>): Promise<VipAnswer>
  nickname(form: Record<string, string>): Promise<VipAnswer>
}

/** An order may hang this long at the supplier and still succeed. @see suppliers.md 1.11 step 7 */
const ORDER_TIMEOUT_MS = 60_000
const READ_TIMEOUT_MS = 10_000
/** A buyer waits for the nickname while typing. */
const NICKNAME_TIMEOUT_MS = 3_000
/** More orders at once would only run into the supplier's throttle. */
const ORDERS_AT_ONCE = 8
/** An order must leave at once or not at all: one that waited here could be sent after it was given up for lost. */
const ORDER_QUEUE = 0
const READS_AT_ONCE = 8
const READ_QUEUE = 200
const NICKNAMES_AT_ONCE = 16
const NICKNAME_QUEUE = 64
const BREAK_AFTER = 10
const HALF_OPEN_AFTER_MS = 30_000

const envelope = z.looseObject({
  result: z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]),
  data: z.unknown().optional(),
  message: z.string().nullish(),
})

/** Opens the account's API. Nothing is sent yet. */
export function createVipApi(options: VipResellerOptions): VipApi {
  const sign = createHash('md5').update(`${options.apiId}${options.apiKey}`).digest('hex')
  const timeouts = {
    orderMs: ORDER_TIMEOUT_MS,
    readMs: READ_TIMEOUT_MS,
    nicknameMs: NICKNAME_TIMEOUT_MS,
    ...options.timeouts,
  }
  const orders = client('order', ORDERS_AT_ONCE, ORDER_QUEUE)
  const reads = client('read', READS_AT_ONCE, READ_QUEUE)
  const nicknames = client('nickname', NICKNAMES_AT_ONCE, NICKNAME_QUEUE)

  function call(
    http: HttpClient,
    path: string,
    timeoutMs: number,
    form: Record<string, string>,
  ): Promise<VipAnswer> {
    return exchange(http, `${options.apiUrl}/${path}`, timeoutMs, { key: options.apiKey, sign, ...form })
  }

  return {
    sign,
    order: (endpoint, form) => call(orders, endpoint, timeouts.orderMs, { ...form, type: 'order' }),
    read: (endpoint, form) => call(reads, endpoint, timeouts.readMs, form),
    nickname: (form) =>
      call(nicknames, 'game-feature', timeouts.nicknameMs, { ...form, type: 'get-nickname' }),
  }
}

function client(concern: string, concurrency: number, queue: number): HttpClient {
  const name = `vip-reseller.${concern}`
  return createHttpClient({
    name,
    concurrency,
    queue,
    breakAfter: BREAK_AFTER,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  })
}

async function exchange(
  http: HttpClient,
  url: string,
  timeoutMs: number,
  form: Record<string, string>,
): Promise<VipAnswer> {
  const outcome = await http.send({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams(form).toString(),
    timeoutMs,
  })
  if (outcome.kind !== 'answered') return outcome
  if (outcome.status !== 200) return { kind: 'unknown', reason: `HTTP ${outcome.status}` }
  const parsed = envelope.safeParse(parseJson(outcome.body))
  if (!parsed.success) return { kind: 'unknown', reason: 'the answer is not in the documented form' }
  const { result, data, message, ...extra } = parsed.data
  return { kind: 'answered', result, data, message: message ?? '', extra }
}
