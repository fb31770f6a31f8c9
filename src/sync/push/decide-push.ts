import { err, ok, type Result } from '#shared/result.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { selectOpenAttempt, settleAttempt } from './attempts-store.ts'
import { linkRecord } from './external-ids-store.ts'
import type { PushKey } from './push-key.ts'
import { addSettled, clearReview, lockPush, resolveReviewLetter } from './push-store.ts'
import { WORKER } from './push-work.ts'

/** What a person found out: the record is over there under this id, or it certainly is not. */
export type PushDecision = { kind: 'exists'; externalId: string } | { kind: 'absent' }

export type PushDecisionRefusal = { code: 'not_found' | 'not_in_review' | 'external_id_taken' }

/**
 * Ends the doubt about a record that waits for a person, by what was found over there. It is sent again: as an update
 * of the record that exists, or as a new create.
 */
export async function decidePush(
  deps: SyncDeps,
  key: PushKey,
  decision: PushDecision,
): Promise<Result<void, PushDecisionRefusal>> {
  const streams = deps.connections.get(key.connection)?.streams
  const stream = streams?.find((one) => one.kind === 'push' && one.name === key.stream)
  if (stream?.kind !== 'push') return err({ code: 'not_found' })
  return await deps.db.transaction(
    'sync.decide-push',
    WORKER,
    async (tx): Promise<Result<void, PushDecisionRefusal>> => {
      await deps.enqueue(tx, key.connection, key.stream)
      const [row, open] = await Promise.all([lockPush(tx, key), selectOpenAttempt(tx, key)])
      if (row === undefined) return err({ code: 'not_found' })
      if (!row.needsReview) return err({ code: 'not_in_review' })
      if (decision.kind === 'exists') {
        const local = { connection: key.connection, entity: stream.entity, localId: key.localId }
        if (!(await linkRecord(tx, local, { externalId: decision.externalId, hash: null })))
          return err({ code: 'external_id_taken' })
      }
      if (open !== undefined) {
        const end =
          decision.kind === 'exists'
            ? { state: 'ok' as const, externalId: decision.externalId }
            : { state: 'withdrawn' as const, detail: 'a person found nothing over there' }
        await settleAttempt(tx, open.key, end)
        await addSettled(tx, key)
      }
      await clearReview(tx, key)
      await resolveReviewLetter(tx, key)
      return ok(undefined)
    },
  )
}
