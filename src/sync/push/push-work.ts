import * as crypto from 'node:crypto'
import type { PushStream } from '../connection.ts'
import type { HeldPass, TurnEnd } from '../held-pass.ts'
import type { SyncDeps, SyncTiming } from '../sync-deps.ts'
import type { LocalKey } from './external-ids-store.ts'
import type { PushCalls } from './push-calls.ts'
import type { PushKey } from './push-key.ts'
import type { PushScope } from './push-store.ts'

export const WORKER = { role: 'worker' } as const

/** A turn on a push stream: what everything that belongs to it is given. */
export type PushWork = {
  deps: SyncDeps
  timing: SyncTiming
  pass: HeldPass
  stream: PushStream
  scope: PushScope
  calls: PushCalls
  hashOf(value: Readonly<Record<string, string | number | boolean | null>>): string
}

/** Whether the turn goes on with the next record, or how it ends. */
export type Verdict = { kind: 'next' } | { kind: 'stop'; end: TurnEnd }

export const NEXT: Verdict = { kind: 'next' }

/** A record of the turn's stream. */
export function keyOf(work: PushWork, localId: string): PushKey {
  return { connection: work.pass.connection, stream: work.stream.name, localId }
}

/** The same in the map of external ids. */
export function localKeyOf(work: PushWork, localId: string): LocalKey {
  return { connection: work.pass.connection, entity: work.stream.entity, localId }
}

/** Waits double with every try, up to the longest; the last half is drawn so that records do not come back together. */
export function backoffMs(tries: number, timing: Pick<SyncTiming, 'retryBaseMs' | 'retryMaxMs'>): number {
  const full = Math.min(timing.retryMaxMs, timing.retryBaseMs * 2 ** Math.min(tries, 30))
  const half = Math.floor(full / 2)
  return full - crypto.randomInt(half + 1)
}
