import type { Database } from '#platform/database.ts'
import type { SourceFailure } from '../ports.ts'
import type { SyncTiming } from '../sync-deps.ts'
import { SYNC_TIMING } from '../sync-timing.ts'
import { addCircuitFailure, circuitStatement, claimProbe, closeCircuit } from './limits-store.ts'

/** Failures within the window that open the circuit: more than a hiccup, less than a storm. */
const FAILURE_LIMIT = 5
const WINDOW_SECONDS = 60

/** `hasFailed`: failures are noted, so that a success should be noted too. */
export type Circuit = { open: false; hasFailed: boolean } | { open: true; ms: number; reason: string }

/**
 * Whether a connection may be called. When an open circuit's time is over exactly one caller is let through as its
 * probe; the others find it open until `noteSuccess` or `noteFailure` tells how that went.
 */
export async function askCircuit(
  db: Database,
  connection: string,
  timing: Pick<SyncTiming, 'circuitSeconds'> = SYNC_TIMING,
): Promise<Circuit> {
  const [circuit] = await db.once('sync.ask-circuit', { role: 'worker' }, circuitStatement(connection))
  if (circuit === undefined) return { open: false, hasFailed: false }
  if (circuit.openMs === null) return { open: false, hasFailed: circuit.failures > 0 }
  const reason = circuit.reason ?? ''
  if (circuit.openMs > 0) return { open: true, ms: Math.ceil(circuit.openMs), reason }
  const isProbe = await db.transaction('sync.claim-probe', { role: 'worker' }, (tx) =>
    claimProbe(tx, connection, timing.circuitSeconds),
  )
  if (isProbe) return { open: false, hasFailed: true }
  return { open: true, ms: timing.circuitSeconds * 1000, reason }
}

/** Closes the circuit: the connection answers. */
export async function noteSuccess(db: Database, connection: string): Promise<void> {
  await db.transaction('sync.note-success', { role: 'worker' }, (tx) => closeCircuit(tx, connection))
}

/** Counts a failure of the connection; opens the circuit at the fifth in a minute, at once when the account is refused. */
export async function noteFailure(
  db: Database,
  connection: string,
  failure: SourceFailure,
  timing: Pick<SyncTiming, 'circuitSeconds'> = SYNC_TIMING,
): Promise<void> {
  if (failure.code !== 'transient' && failure.code !== 'account') return
  await db.transaction('sync.note-failure', { role: 'worker' }, (tx) =>
    addCircuitFailure(tx, connection, {
      limit: failure.code === 'account' ? 1 : FAILURE_LIMIT,
      windowSeconds: WINDOW_SECONDS,
      openSeconds: timing.circuitSeconds,
      reason: failure.detail.slice(0, 500),
    }),
  )
}
