import { lookup as systemLookup } from 'node:dns'
import { Agent as PlainAgent, type IncomingHttpHeaders } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { err, ok, type Result } from '../shared/result.ts'
import { isPublicAddress } from './safe-fetch-address.ts'
import { exchange, type ExchangeAnswer } from './safe-fetch-exchange.ts'

/**
 * Why nothing was fetched. `bad_url`, `refused_address`, `too_many_redirects`, `too_large`, `encoded` come from our
 * rules; `timeout` and `unreachable` from the other side; `stopped` from the caller's signal.
 */
export type SafeFetchFailure = {
  code:
    | 'bad_url'
    | 'refused_address'
    | 'too_many_redirects'
    | 'too_large'
    | 'encoded'
    | 'timeout'
    | 'unreachable'
    | 'stopped'
  detail: string
}

export type SafeAnswer = { url: string; status: number; headers: IncomingHttpHeaders; body: Buffer }

/** Gets an address that somebody else chose. Never throws for what the address or the network does. */
export type SafeFetch = (request: {
  url: string
  headers?: Readonly<Record<string, string>>
  signal?: AbortSignal
}) => Promise<Result<SafeAnswer, SafeFetchFailure>>

type Address = { address: string; family: number }

export type Resolve = (host: string) => Promise<readonly Address[]>

export type SafeFetchOptions = {
  /** Origins of the configuration that may be plain HTTP, on any port and on a private address. */
  allowedOrigins?: readonly string[]
  /** Ports beside an allowed origin's own; default 443. */
  ports?: readonly number[]
  resolve?: Resolve
  maxBytes?: number
  /** For everything together: names, connections, redirects, bodies. */
  timeoutMs?: number
}

const MAX_BYTES = 8 * 1024 * 1024
const TIMEOUT_MS = 10_000
const MAX_REDIRECTS = 3
const SECURE_PORT = 443
/** Longer addresses are somebody playing. */
const MAX_URL_LENGTH = 2_048
/** Connections to one host at once; callers bound themselves further. */
const SOCKETS_PER_HOST = 6
const USER_AGENT = 'Lapak-Mirror/1 (+pictures of a shop)'
const REDIRECTS = new Set([301, 302, 303, 307, 308])

class AddressRefused extends Error {}

type Guard = {
  allowed: ReadonlySet<string>
  ports: ReadonlySet<number>
  lookup: LookupFunction
  plain: PlainAgent
  secure: SecureAgent
  maxBytes: number
}

/**
 * A way to fetch addresses that strangers wrote, without becoming their way into our network: HTTPS on known ports only,
 * a name resolved once per connection and the connection made to exactly what was checked, all of it anew at every
 * redirect; no cookies, no credentials, bounded in time and size.
 * @see reliability-security.md 4.10
 */
export function createSafeFetch(options: SafeFetchOptions = {}): SafeFetch {
  const connections = { keepAlive: true, maxSockets: SOCKETS_PER_HOST }
  const guard: Guard = {
    allowed: new Set((options.allowedOrigins ?? []).map((origin) => new URL(origin).origin)),
    ports: new Set(options.ports ?? [SECURE_PORT]),
    lookup: guardedLookup(options.resolve ?? resolveBySystem),
    plain: new PlainAgent(connections),
    secure: new SecureAgent(connections),
    maxBytes: options.maxBytes ?? MAX_BYTES,
  }
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  return async ({ url, headers = {}, signal }) => {
    const limit = AbortSignal.timeout(timeoutMs)
    const either = signal ? AbortSignal.any([limit, signal]) : limit
    try {
      return await follow(guard, url, headers, either)
    } catch (error) {
      if (signal?.aborted) return err({ code: 'stopped', detail: 'stopped by us' })
      if (limit.aborted) return err({ code: 'timeout', detail: `no complete answer within ${timeoutMs} ms` })
      if (error instanceof AddressRefused) return err({ code: 'refused_address', detail: error.message })
      return err({ code: 'unreachable', detail: reasonOf(error) })
    }
  }
}

async function follow(
  guard: Guard,
  first: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Result<SafeAnswer, SafeFetchFailure>> {
  let address = first
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const checked = checkUrl(guard, address)
    if (!checked.ok) return checked
    const url = checked.value
    const answer = await send(guard, url, headers, signal)
    const next = answer.headers.location
    if (!REDIRECTS.has(answer.status) || next === undefined) return readable(url, answer, guard.maxBytes)
    if (!URL.canParse(next, url.href))
      return err({ code: 'bad_url', detail: 'redirect to something unreadable' })
    address = new URL(next, url).href
  }
  return err({ code: 'too_many_redirects', detail: `more than ${MAX_REDIRECTS} redirects` })
}

function checkUrl(guard: Guard, text: string): Result<URL, SafeFetchFailure> {
  const refuse = (detail: string): Result<URL, SafeFetchFailure> => err({ code: 'bad_url', detail })
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text)) return refuse('not an address')
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refuse(`${url.protocol} is not fetched`)
  if (url.username !== '' || url.password !== '') return refuse('credentials in the address')
  if (guard.allowed.has(url.origin)) return ok(url)
  if (url.protocol !== 'https:') return refuse('plain HTTP')
  if (!guard.ports.has(Number(url.port || SECURE_PORT))) return refuse(`port ${url.port}`)
  // A literal address is never looked up, so the guard in the look-up would not see it.
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0)
    return err({ code: 'refused_address', detail: 'a number instead of a name' })
  return ok(url)
}

function send(
  guard: Guard,
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ExchangeAnswer> {
  return exchange({
    method: 'GET',
    url,
    headers: { ...headers, 'User-Agent': USER_AGENT, 'Accept-Encoding': 'identity' },
    maxBytes: guard.maxBytes,
    signal,
    agent: url.protocol === 'https:' ? guard.secure : guard.plain,
    ...(guard.allowed.has(url.origin) ? {} : { lookup: guard.lookup }),
  })
}

function readable(url: URL, answer: ExchangeAnswer, maxBytes: number): Result<SafeAnswer, SafeFetchFailure> {
  if (answer.isCut) return err({ code: 'too_large', detail: `more than ${maxBytes} bytes` })
  const encoding = answer.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') return err({ code: 'encoded', detail: 'compressed although not asked for' })
  return ok({ url: url.href, status: answer.status, headers: answer.headers, body: answer.body })
}

/**
 * A look-up for connections that gives only public addresses, and refuses a name as a whole when one of its addresses is
 * not: what it gives is what the connection is made to, so an answer that changes afterwards changes nothing.
 */
export function guardedLookup(resolve: Resolve): LookupFunction {
  return (host, options, callback) => void answer(host, options.all ?? false, callback)

  async function answer(host: string, all: boolean, callback: Parameters<LookupFunction>[2]): Promise<void> {
    try {
      const [first, ...others] = await publicAddresses(resolve, host)
      if (all) callback(null, [first, ...others])
      else callback(null, first.address, first.family)
    } catch (error) {
      callback(asError(error), '')
    }
  }
}

async function publicAddresses(resolve: Resolve, host: string): Promise<[Address, ...Address[]]> {
  const [first, ...others] = await resolve(host)
  if (!first) throw new AddressRefused(`${host} leads nowhere`)
  const bad = [first, ...others].find(({ address }) => !isPublicAddress(address))
  if (bad) throw new AddressRefused(`${host} leads to ${bad.address}`)
  return [first, ...others]
}

function resolveBySystem(host: string): Promise<readonly Address[]> {
  return new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found)))
  })
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('look-up failed')
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.message : 'unknown'
}
