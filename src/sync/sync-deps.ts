import type { Database, Tx } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import type { Connection } from './connection.ts'

/** Waits that tests shorten; the meanings and the waits of production stand in `sync-timing.ts`. */
export type SyncTiming = {
  leaseSeconds: number
  /** A worker hands the pass on after this long, so that streams take turns. */
  turnSeconds: number
  retryBaseMs: number
  retryMaxMs: number
  /** Without any progress for this long a pass fails; its checkpoint stays. */
  stallSeconds: number
  circuitSeconds: number
}

/** What the engine is given by the composition root. */
export type SyncDeps = {
  db: Database
  log: Log
  connections: ReadonlyMap<string, Connection>
  /** Adds the job that works on a stream, inside the caller's transaction; `startAfter` postpones it. */
  enqueue(tx: Tx, connection: string, stream: string, startAfter?: Date): Promise<void>
  timing?: Partial<SyncTiming>
}
