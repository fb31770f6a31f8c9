import { attemptEach } from '#platform/attempt-each.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { lockConnection } from './connections-store.ts'
import { selectWorkablePasses } from './passes-store.ts'
import { selectRunningRun } from './runs-store.ts'
import { settleRun, startNextRun } from './settle-run.ts'

/**
 * Finds what has lost its way: runs that should have begun or ended, and streams whose job is gone or whose process
 * died. Returns how many streams were sent again. Any number of processes may look at once.
 */
export async function sweepSync(deps: SyncDeps): Promise<{ sent: number }> {
  const names = [...deps.connections.keys()].sort()
  await attemptEach(names, { log: deps.log, name: 'sync.sweep' }, (name) => sweepConnection(deps, name))
  return await deps.db.transaction('sync.send-again', { role: 'worker' }, async (tx) => {
    const passes = await selectWorkablePasses(tx, names)
    for (const pass of passes) await deps.enqueue(tx, pass.connection, pass.stream)
    return { sent: passes.length }
  })
}

/** Brings a connection's runs forward: what is over ends, what may begin begins. Changes nothing when repeated. */
export async function sweepConnection(deps: SyncDeps, connection: string): Promise<void> {
  await deps.db.transaction('sync.bring-forward', { role: 'worker' }, async (tx) => {
    const locked = await lockConnection(tx, connection)
    if (locked === undefined || locked.isPaused) return
    const runId = await selectRunningRun(tx, connection)
    if (runId === undefined) await startNextRun(tx, deps, connection)
    else await settleRun(tx, deps, { runId, connection, isPaused: false })
  })
}
