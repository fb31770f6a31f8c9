import type { Tx } from '#platform/database.ts'
import { PassLost } from '../held-pass.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { lockConnection } from './connections-store.ts'
import { updatePassEnded } from './passes-store.ts'
import { settleRun } from './settle-run.ts'

/** How a pass ended. A `failed` one with the code `plan_moved` makes the run a refused one. */
export type PassEnd = {
  runId: string
  connection: string
  stream: string
  state: 'succeeded' | 'failed' | 'parked' | 'cancelled'
  error?: { code: string; detail: string }
}

/** Details are for people; a source's whole answer does not belong in the row. */
const DETAIL_MAX = 500

/**
 * Ends a pass in the caller's transaction, which holds it: readies the passes after it with their jobs, and when it was
 * the last one ends the run and lets the connection's next one begin. On a paused connection what would begin waits.
 * Throws `PassLost` when the pass is over already.
 */
export async function finishPass(tx: Tx, deps: SyncDeps, end: PassEnd): Promise<void> {
  const connection = await lockConnection(tx, end.connection)
  const ended = await updatePassEnded(tx, end, {
    state: end.state,
    code: end.error?.code ?? null,
    detail: end.error?.detail.replaceAll('\0', '').slice(0, DETAIL_MAX) ?? null,
  })
  if (!ended) throw new PassLost()
  await settleRun(tx, deps, { ...end, isPaused: connection?.isPaused ?? false })
}
