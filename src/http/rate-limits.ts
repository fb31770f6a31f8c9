import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { countingKey } from './client-ip.ts'
import type { HeaderMap } from './reply.ts'

const MINUTE = 60

/** So many requests per so many seconds; `burst` may be used up beyond that, refilled more slowly. */
export type Limit = {
  points: number
  seconds: number
  burst?: { points: number; seconds: number }
  /** Requests of everybody together in the same seconds. */
  global?: number
}

/** Limits per address, by name. Mobile networks put many buyers behind one address, hence the bursts. */
export const DEFAULT_LIMITS = {
  /** Each order reserves stock and opens a payment. */
  create: { points: 10, seconds: MINUTE, burst: { points: 20, seconds: 10 * MINUTE }, global: 6000 },
  /** Prices without effect; asked on every change of the form. */
  quote: { points: 60, seconds: MINUTE },
  /** Each check costs a call to a supplier that limits us too. */
  nickname: { points: 20, seconds: MINUTE, global: 600 },
  /** A page that polls every two seconds needs 30; the rest is for a second tab. Guessing stays hopeless. */
  track: { points: 60, seconds: MINUTE, global: 12_000 },
  /** Reading the catalogue; a crawler of ours would need less. */
  catalogue: { points: 300, seconds: MINUTE },
  /** Forms of the pages other than checkout. */
  pageForm: { points: 30, seconds: MINUTE },
  /** Wrong operator tokens; right ones are not counted. */
  wrongToken: { points: 10, seconds: MINUTE },
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof DEFAULT_LIMITS
export type LimitTable = Record<LimitName, Limit>

/** Whether a request may pass, and the headers that tell the client where it stands. */
export type LimitVerdict = { isAllowed: boolean; headers: HeaderMap; retryAfterSeconds: number }

export type RateLimits = {
  /** Counts one request of the address against the limit. */
  consume(name: LimitName, address: string): Promise<LimitVerdict>
  /** Whether the address has used up the limit, without counting. */
  isExhausted(name: LimitName, address: string): Promise<boolean>
}

type Counter = {
  limit: Limit
  perAddress: RateLimiterMemory
  burst?: RateLimiterMemory
  global?: RateLimiterMemory
}

const FREE: LimitVerdict = { isAllowed: true, headers: {}, retryAfterSeconds: 0 }

/** In-memory counters for this process; `off` lets everything pass. */
export function createRateLimits(overrides: Partial<LimitTable> | 'off' = {}): RateLimits {
  if (overrides === 'off') return { consume: async () => FREE, isExhausted: async () => false }
  const table: LimitTable = { ...DEFAULT_LIMITS, ...overrides }
  const counters = new Map(Object.entries(table).map(([name, limit]) => [name, createCounter(limit)]))
  const counterOf = (name: LimitName): Counter => {
    const counter = counters.get(name)
    if (counter === undefined) throw new Error(`no rate limit named ${name}`)
    return counter
  }
  return {
    consume: (name, address) => consume(counterOf(name), countingKey(address)),
    isExhausted: async (name, address) => {
      const { perAddress, limit } = counterOf(name)
      const state = await perAddress.get(countingKey(address))
      return state !== null && state.consumedPoints >= limit.points
    },
  }
}

function createCounter(limit: Limit): Counter {
  const counter: Counter = {
    limit,
    perAddress: new RateLimiterMemory({ points: limit.points, duration: limit.seconds }),
  }
  if (limit.burst)
    counter.burst = new RateLimiterMemory({ points: limit.burst.points, duration: limit.burst.seconds })
  if (limit.global) counter.global = new RateLimiterMemory({ points: limit.global, duration: limit.seconds })
  return counter
}

async function consume(counter: Counter, key: string): Promise<LimitVerdict> {
  const own = await take(counter.perAddress, key)
  const isOwnAllowed =
    own.isAllowed || (counter.burst !== undefined && (await take(counter.burst, key)).isAllowed)
  if (!isOwnAllowed) return verdict(counter.limit, own.state, false)
  if (counter.global !== undefined) {
    const everybody = await take(counter.global, 'all')
    if (!everybody.isAllowed) return verdict(counter.limit, everybody.state, false)
  }
  return verdict(counter.limit, own.state, true)
}

async function take(
  limiter: RateLimiterMemory,
  key: string,
): Promise<{ isAllowed: boolean; state: RateLimiterRes }> {
  try {
    return { isAllowed: true, state: await limiter.consume(key) }
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return { isAllowed: false, state: refusal }
    throw refusal
  }
}

function verdict(limit: Limit, state: RateLimiterRes, isAllowed: boolean): LimitVerdict {
  const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000))
  const headers = {
    'ratelimit-limit': String(limit.points),
    'ratelimit-remaining': String(state.remainingPoints),
    'ratelimit-reset': String(seconds),
  }
  return { isAllowed, headers, retryAfterSeconds: isAllowed ? 0 : seconds }
}
