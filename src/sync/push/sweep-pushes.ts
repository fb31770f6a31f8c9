import { attemptEach } from '#platform/attempt-each.ts'
import type { Connection } from '../connection.ts'
import { requestRun } from '../runs/request-run.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { hasUnattended } from './push-store.ts'
import { WORKER } from './push-work.ts'

/**
 * Asks for a run of every connection that has something to send and no run for it. Returns how many were asked for.
 * Paused connections and those with an open circuit are left alone. Any number of processes may look at once: equal
 * wishes meet in one run.
 */
export async function sweepPushes(deps: SyncDeps): Promise<{ requested: number }> {
  let requested = 0
  await attemptEach(
    [...deps.connections.values()],
    { log: deps.log, name: 'sync.sweep-pushes' },
    async (connection) => {
      if (await requestPushes(deps, connection)) requested += 1
    },
  )
  return { requested }
}

async function requestPushes(deps: SyncDeps, connection: Connection): Promise<boolean> {
  const streams = await listUnattended(deps, connection)
  if (streams.length === 0) return false
  const asked = await requestRun(deps, {
    connection: connection.name,
    streams,
    trigger: 'webhook',
    kind: 'live',
    mode: 'changes',
  })
  return asked.ok
}

async function listUnattended(deps: SyncDeps, connection: Connection): Promise<string[]> {
  const streams = connection.streams.filter((stream) => stream.kind === 'push')
  if (streams.length === 0) return []
  return await deps.db.transaction('sync.look-for-pushes', WORKER, async (tx) => {
    const scopes = streams.map((stream) => ({
      connection: connection.name,
      stream: stream.name,
      parentEntity: stream.parent ?? null,
      replayOf: null,
      wishedBefore: null,
    }))
    const has = await Promise.all(scopes.map((scope) => hasUnattended(tx, scope)))
    return streams.filter((_, place) => has[place]).map((stream) => stream.name)
  })
}
