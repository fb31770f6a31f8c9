import type { Tx } from '#platform/database.ts'
import type { Connection } from '../connection.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { insertConnection } from './connections-store.ts'

/** A new connection starts by itself after this long: time for a look at it, and a process to get going. */
const FIRST_RUN_MINUTES = 10

/** Makes rows for connections, streams and schedules that are new. What an operator set stays. Repeating is harmless. */
export async function registerConnections(deps: Pick<SyncDeps, 'db' | 'connections'>): Promise<void> {
  if (deps.connections.size === 0) return
  await deps.db.transaction('sync.register-connections', { role: 'worker' }, async (tx) => {
    const byName = [...deps.connections.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const connection of byName) await addConnection(tx, connection)
  })
}

/** The same for one connection, inside the caller's transaction. */
export async function addConnection(tx: Tx, connection: Connection): Promise<void> {
  const { name, schedules } = connection
  const streams = connection.streams.map((stream) => stream.name)
  await insertConnection(tx, { name, streams, schedules }, FIRST_RUN_MINUTES)
}
