import { isUuid } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { DeadLetter } from '../run-view.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { closeDeadLetter, selectDeadLetters } from './dead-letters-store.ts'
import { pageSize, readName } from './page-size.ts'

/** Records that were refused and wait for a replay, oldest first; `cursor` is the `nextCursor` of the page before. */
export async function listDeadLetters(
  deps: Pick<SyncDeps, 'db'>,
  query: { connection?: string; stream?: string; limit?: number; cursor?: string },
): Promise<{ deadLetters: DeadLetter[]; nextCursor: string | null }> {
  const size = pageSize(query.limit)
  const rows = await deps.db.transaction('sync.list-dead-letters', { role: 'worker' }, (tx) =>
    selectDeadLetters(tx, {
      connection: readName(query.connection),
      stream: readName(query.stream),
      after: query.cursor !== undefined && isUuid(query.cursor) ? query.cursor : null,
      limit: size + 1,
    }),
  )
  const deadLetters = rows.slice(0, size)
  return { deadLetters, nextCursor: rows.length > size ? (deadLetters.at(-1)?.id ?? null) : null }
}

/** Closes a dead letter without applying it. It opens anew when the source sends the record once more. */
export async function discardDeadLetter(
  deps: Pick<SyncDeps, 'db' | 'log'>,
  id: string,
  by: string,
): Promise<Result<void, { code: 'not_found' }>> {
  if (!isUuid(id)) return err({ code: 'not_found' })
  const closed = await deps.db.transaction('sync.discard-dead-letter', { role: 'worker' }, (tx) =>
    closeDeadLetter(tx, id),
  )
  if (!closed) return err({ code: 'not_found' })
  deps.log.info({ deadLetterId: id, by }, 'dead letter discarded')
  return ok(undefined)
}
