import { err, ok, type Result } from '#shared/result.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { deleteFieldLock, forgetFingerprint, insertFieldLock, selectLocalId } from './field-locks-store.ts'

/**
 * Keeps a field of a record away from synchronisation, or gives it back. A field that is given back takes the source's
 * word at the next run that meets the record, although the record did not change meanwhile.
 */
export async function setFieldLock(
  deps: SyncDeps,
  lock: { connection: string; stream: string; externalId: string; field: string },
  locked: boolean,
  by: string,
): Promise<Result<void, { code: 'not_found' | 'unknown_field' }>> {
  const streams = deps.connections.get(lock.connection)?.streams
  const stream = streams?.find((candidate) => candidate.name === lock.stream)
  if (stream?.kind !== 'pull') return err({ code: 'not_found' })
  if (!Object.hasOwn(stream.fields, lock.field)) return err({ code: 'unknown_field' })
  const record = { ...lock, entity: stream.entity }
  return await deps.db.transaction(
    'sync.set-field-lock',
    { role: 'worker' },
    async (tx): Promise<Result<void, { code: 'not_found' }>> => {
      const localId = await selectLocalId(tx, record)
      if (localId === undefined) return err({ code: 'not_found' })
      if (locked) await insertFieldLock(tx, { ...record, localId, by })
      else {
        await deleteFieldLock(tx, { ...record, localId })
        await forgetFingerprint(tx, record)
      }
      return ok(undefined)
    },
  )
}
