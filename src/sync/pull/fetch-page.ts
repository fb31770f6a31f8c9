import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { PullStream } from '../connection.ts'
import type { HeldPass, TurnEnd } from '../held-pass.ts'
import { askCircuit, noteFailure, noteSuccess } from '../limits/circuit.ts'
import { blockCalls, takeToken } from '../limits/rate.ts'
import type { Page, PageRequest, SourceFailure } from '../ports.ts'
import type { SyncDeps, SyncTiming } from '../sync-deps.ts'

export type Fetched =
  | { kind: 'page'; page: Page }
  /** The page token died: the slice begins again. */
  | { kind: 'restart' }
  | { kind: 'end'; end: TurnEnd }

/** What a call needs to know of who calls. */
export type CallContext = {
  deps: SyncDeps
  timing: SyncTiming
  pass: Pick<HeldPass, 'connection' | 'isDry' | 'tries' | 'signal'>
  stream: PullStream
}
export type Caller = CallContext & { pass: HeldPass }

/** Waiting this long for a token is cheaper than handing the pass on. */
const MAX_TOKEN_WAIT_MS = 2_000
/** When a source wants us to wait and does not say how long. */
const THROTTLE_MS = 10_000
/** A source that wants more than this is asked again anyway. */
const MAX_THROTTLE_MS = 3_600_000
/** An answer that is not the documented one may be a passing fault of a gateway; not three times in a row. */
const MALFORMED_TRIES = 3

/** One page from the source, within the limits of its account; or how the turn ends instead. No transaction is open. */
export async function fetchPage(caller: Caller, request: Omit<PageRequest, 'signal'>): Promise<Fetched> {
  const { pass, stream } = caller
  const circuit = await mayCall(caller)
  if ('kind' in circuit) return { kind: 'end', end: circuit }
  const answer = await stream.source.fetchPage({ ...request, signal: pass.signal })
  if (!answer.ok) return await afterFailure(caller, answer.error)
  const { next } = answer.value
  if (next !== null && next === request.position)
    return await afterFailure(caller, { code: 'malformed', detail: 'a page names itself as the next one' })
  if (circuit.hasFailed && !pass.isDry) await noteSuccess(caller.deps.db, pass.connection)
  return { kind: 'page', page: answer.value }
}

/** Passes the circuit and takes a token. A dry run leaves no trace there: it only looks, and paces itself. */
export async function mayCall({
  deps,
  timing,
  pass,
  stream,
}: CallContext): Promise<TurnEnd | { hasFailed: boolean }> {
  if (pass.isDry) {
    if (stream.rate !== undefined && !(await rest(1_000 / stream.rate.perSecond, pass.signal)))
      return { kind: 'more' }
    return { hasFailed: false }
  }
  const circuit = await askCircuit(deps.db, pass.connection, timing)
  if (circuit.open) {
    const detail = `calls wait: ${circuit.reason}`
    return { kind: 'later', afterMs: circuit.ms, code: 'circuit_open', detail, countsAsTry: false }
  }
  if (stream.rate === undefined) return circuit
  for (;;) {
    const token = await takeToken(deps.db, stream.rate)
    if (token.kind === 'granted') return circuit
    if (token.ms > MAX_TOKEN_WAIT_MS)
      return {
        kind: 'later',
        afterMs: token.ms,
        code: 'rate_limited',
        detail: stream.rate.key,
        countsAsTry: false,
      }
    if (!(await rest(token.ms, pass.signal))) return { kind: 'more' }
  }
}

/** False when the signal ended it. */
async function rest(ms: number, signal: AbortSignal): Promise<boolean> {
  return await wait(ms, true, { signal }).catch(() => false)
}

async function afterFailure(caller: Caller, failure: SourceFailure): Promise<Fetched> {
  if (failure.code === 'position_lost') return { kind: 'restart' }
  return { kind: 'end', end: await endAfter(caller, failure) }
}

/** How a turn ends after a failed call; notes it in the limits of the account, unless the run is dry. */
export async function endAfter(caller: CallContext, failure: SourceFailure): Promise<TurnEnd> {
  const { deps, timing, pass, stream } = caller
  const { detail } = failure
  if (pass.signal.aborted) return { kind: 'more' }
  if (!pass.isDry) await noteFailure(deps.db, pass.connection, failure, timing)
  const again = { kind: 'later', afterMs: backoffMs(timing, pass.tries), detail, countsAsTry: true } as const
  switch (failure.code) {
    case 'account':
      return { kind: 'failed', code: 'credentials_refused', detail }
    case 'throttled': {
      const afterMs = Math.min(failure.retryAfterMs ?? THROTTLE_MS, MAX_THROTTLE_MS)
      if (!pass.isDry && stream.rate !== undefined) await blockCalls(deps.db, stream.rate.key, afterMs)
      return { kind: 'later', afterMs, code: 'throttled', detail, countsAsTry: false }
    }
    case 'malformed':
      if (pass.tries + 1 >= MALFORMED_TRIES) return { kind: 'failed', code: 'malformed', detail }
      return { ...again, code: 'malformed' }
    case 'transient':
    case 'position_lost':
      return {
        ...again,
        afterMs: Math.max(again.afterMs, Math.min(failure.retryAfterMs ?? 0, MAX_THROTTLE_MS)),
        code: 'transient',
      }
  }
}

/** Exponential, with jitter over its upper half, so that workers do not come back all at once. */
function backoffMs(timing: SyncTiming, tries: number): number {
  const full = Math.min(timing.retryMaxMs, timing.retryBaseMs * 2 ** Math.min(tries, 30))
  return full / 2 + randomInt(Math.max(1, Math.ceil(full / 2) + 1))
}
