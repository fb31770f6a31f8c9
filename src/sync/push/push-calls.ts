import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '#platform/database.ts'
import type { PushStream } from '../connection.ts'
import type { HeldPass, TurnEnd } from '../held-pass.ts'
import { askCircuit, noteFailure, noteSuccess } from '../limits/circuit.ts'
import { blockCalls, takeToken } from '../limits/rate.ts'
import type { SourceFailure } from '../ports.ts'
import type { SyncTiming } from '../sync-deps.ts'

/** Waiting here for a token is cheaper than handing the pass on, up to this long. */
const WAIT_HERE_MS = 1_000

/** A system that says "too many" and no more is left alone for this long. */
const THROTTLE_MS = 30_000
/** A system that wants more than this is asked again anyway: a pass that waits keeps the connection's next run away. */
const MAX_THROTTLE_MS = 3_600_000

/** What the turn's calls need of the account's rate and the connection's circuit. */
export type PushCalls = {
  /** One call's token, or how the turn ends; asks the circuit before the first one. A token that is given back serves the next record. */
  take(): Promise<TurnEnd | undefined>
  giveBack(): void
  /** After a call that got an answer for its record. */
  succeeded(): Promise<void>
  /** After one that did not: how the turn ends, or undefined when other records may go on. */
  failed(failure: SourceFailure): Promise<TurnEnd | undefined>
  /** Whether a call of this turn has succeeded since the last failure. */
  isProven(): boolean
}

/** The calls of one turn. */
export function createPushCalls(
  db: Database,
  pass: HeldPass,
  stream: PushStream,
  timing: SyncTiming,
): PushCalls {
  const { rate } = stream
  let spare = 0
  let isProven = false
  let isAsked = false
  async function askOnce(): Promise<TurnEnd | undefined> {
    if (isAsked) return undefined
    const circuit = await askCircuit(db, pass.connection, timing)
    if (circuit.open) return later(circuit.ms, 'circuit_open', circuit.reason)
    isAsked = true
    return undefined
  }
  return {
    async take() {
      const ending = await askOnce()
      if (ending !== undefined) return ending
      if (rate === undefined) return undefined
      if (spare > 0) {
        spare -= 1
        return undefined
      }
      for (;;) {
        const token = await takeToken(db, rate)
        if (token.kind === 'granted') return undefined
        if (token.ms > WAIT_HERE_MS) return later(token.ms, 'rate_limit', 'no calls left for now')
        await wait(token.ms, undefined, { signal: pass.signal }).catch(() => undefined)
        if (pass.isTurnOver()) return { kind: 'more' }
      }
    },
    giveBack() {
      if (rate !== undefined) spare += 1
    },
    async succeeded() {
      if (isProven) return
      isProven = true
      await noteSuccess(db, pass.connection)
    },
    async failed(failure) {
      isProven = false
      if (failure.code === 'throttled') {
        const ms = Math.min(failure.retryAfterMs ?? THROTTLE_MS, MAX_THROTTLE_MS)
        if (rate !== undefined) await blockCalls(db, rate.key, ms)
        return later(ms, 'throttled', failure.detail)
      }
      await noteFailure(db, pass.connection, failure, timing)
      if (failure.code === 'account')
        return { kind: 'failed', code: 'credentials_refused', detail: failure.detail }
      const circuit = await askCircuit(db, pass.connection, timing)
      return circuit.open ? later(circuit.ms, 'circuit_open', circuit.reason) : undefined
    },
    isProven: () => isProven,
  }
}

function later(afterMs: number, code: string, detail: string): TurnEnd {
  return { kind: 'later', afterMs, code, detail, countsAsTry: false }
}
