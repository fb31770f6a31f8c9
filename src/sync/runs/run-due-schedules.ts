import { attemptEach } from '#platform/attempt-each.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { lockConnection } from './connections-store.ts'
import { requestRunInside } from './request-run.ts'
import { claimSchedules, selectDueConnections } from './schedules-store.ts'

/**
 * Asks for the runs whose time has come. A schedule is claimed in the transaction that queues its run, so that any
 * number of processes may look at once; a run that waits already takes up the wish. Returns how many were asked for.
 */
export async function runDueSchedules(deps: SyncDeps): Promise<{ requested: number }> {
  const names = [...deps.connections.keys()]
  const due = await deps.db.transaction('sync.find-due', { role: 'worker' }, (tx) =>
    selectDueConnections(tx, names),
  )
  let requested = 0
  await attemptEach(due, { log: deps.log, name: 'sync.schedules' }, async (name) => {
    requested += await startDue(deps, name)
  })
  return { requested }
}

async function startDue(deps: SyncDeps, connection: string): Promise<number> {
  return await deps.db.transaction('sync.start-due', { role: 'worker' }, async (tx) => {
    const locked = await lockConnection(tx, connection)
    if (locked === undefined || locked.isPaused) return 0
    const modes = (await claimSchedules(tx, connection)).map((schedule) => schedule.mode)
    const [mode] = modes.includes('full') ? ['full' as const] : modes
    if (mode === undefined) return 0
    await requestRunInside(tx, deps, { connection, trigger: 'schedule', kind: 'live', mode })
    return 1
  })
}
