import { err, ok, type Result } from '#shared/result.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { lockConnection, updatePause } from './connections-store.ts'
import { lockHeldConnection, suspendPasses } from './passes-store.ts'
import { addConnection } from './register-connections.ts'
import { sweepConnection } from './sweep-sync.ts'

/**
 * Holds a connection still, or lets it go on. A pause keeps scheduled and requested runs away, and stops a run that
 * works after the page it is at: its streams wait with their checkpoints. Nothing but this ends a pause.
 */
export async function setPaused(
  deps: SyncDeps,
  name: string,
  paused: boolean,
  by: string,
): Promise<Result<void, { code: 'unknown_connection' }>> {
  const connection = deps.connections.get(name)
  if (connection === undefined) return err({ code: 'unknown_connection' })
  await deps.db.transaction('sync.pause', { role: 'worker' }, async (tx) => {
    await addConnection(tx, connection)
    if (paused) await lockHeldConnection(tx, name)
    await lockConnection(tx, name)
    await updatePause(tx, name, paused, by)
    if (paused) await suspendPasses(tx, name)
  })
  if (!paused) await sweepConnection(deps, name)
  return ok(undefined)
}
