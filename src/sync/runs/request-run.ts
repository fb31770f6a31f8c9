import type { Tx } from '#platform/database.ts'
import { isUuid, newId } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { Connection } from '../connection.ts'
import type { RunStatus, SyncRefusal, SyncRequest } from '../run-view.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { lockConnection } from './connections-store.ts'
import { insertPasses } from './passes-store.ts'
import { readRequest, type Wanted } from './read-request.ts'
import { addConnection } from './register-connections.ts'
import { insertQueuedRun, selectPlan, selectWaitingRun, type Wish } from './runs-store.ts'
import { startNextRun } from './settle-run.ts'

/** Where a plan's run must have come to an end before it can be carried out. */
const PLANNED: readonly RunStatus[] = ['succeeded']

/**
 * Asks for a run and returns its id. An equal one that waits already is the answer to both, with the streams of both.
 * It begins at once when nothing else of the connection goes on, else after that.
 */
export async function requestRun(
  deps: SyncDeps,
  request: SyncRequest,
): Promise<Result<{ runId: string }, SyncRefusal>> {
  return await deps.db.transaction('sync.request-run', { role: 'worker' }, (tx) =>
    requestRunInside(tx, deps, request),
  )
}

/** The same inside the caller's transaction, which must not have locked anything of the connection but itself. */
export async function requestRunInside(
  tx: Tx,
  deps: SyncDeps,
  request: SyncRequest,
): Promise<Result<{ runId: string }, SyncRefusal>> {
  const connection = deps.connections.get(request.connection)
  if (connection === undefined) return err({ code: 'unknown_connection' })
  if (await isHeldStill(tx, connection)) return err({ code: 'paused' })
  const wanted = await readWanted(tx, connection, request)
  if (!wanted.ok) return wanted
  const { mode, from, to, streams } = wanted.value
  const { trigger, kind, planOf = null } = request
  const runId = await queueRun(tx, { connection: connection.name, trigger, kind, mode, from, to, planOf })
  const passes = streams.map((stream) => ({
    stream: stream.name,
    place: connection.streams.indexOf(stream),
    after: stream.after ?? [],
  }))
  await insertPasses(tx, { id: runId, connection: connection.name }, passes)
  await startNextRun(tx, deps, connection.name)
  return ok({ runId })
}

/** Whether the connection is paused, with its lock taken. */
async function isHeldStill(tx: Tx, connection: Connection): Promise<boolean> {
  const locked = await lockConnection(tx, connection.name)
  if (locked !== undefined) return locked.isPaused
  await addConnection(tx, connection)
  return (await lockConnection(tx, connection.name))?.isPaused ?? false
}

/** What is wanted; of a run that carries out a plan, what was planned. */
async function readWanted(
  tx: Tx,
  connection: Connection,
  request: SyncRequest,
): Promise<Result<Wanted, SyncRefusal>> {
  const { planOf } = request
  if (planOf === undefined) return readRequest(connection, request)
  const plan = isUuid(planOf) ? await selectPlan(tx, planOf) : undefined
  if (plan?.connection !== connection.name) return err({ code: 'plan_unknown' })
  if (!PLANNED.includes(plan.status)) return err({ code: 'plan_not_finished' })
  const { mode, streams, from, to } = plan
  return readRequest(connection, { mode, streams, ...(from && to ? { from, to } : {}) })
}

async function queueRun(tx: Tx, wish: Wish): Promise<string> {
  const id = newId()
  return (await insertQueuedRun(tx, id, wish)) ? id : await selectWaitingRun(tx, wish)
}
