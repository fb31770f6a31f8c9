import type { Tx } from '#platform/database.ts'
import { upsertLetters } from '../pull/letters-store.ts'
import type { Attempt } from './attempts-store.ts'
import { setReview } from './push-store.ts'
import type { PushWork } from './push-work.ts'

/** Why a person has to look at a record. */
export type ReviewReason = 'outcome_unknown' | 'external_id_taken'

const DETAILS: Record<ReviewReason, string> = {
  outcome_unknown:
    'Nobody knows whether the record was created, and the system cannot be asked. Look for it there and decide.',
  external_id_taken:
    'The system answered with an id that belongs to another of our records. Look there which of them it is.',
}

/** Takes a record out of sending until a person has decided, with a letter that says so. */
export async function handToPerson(
  tx: Tx,
  work: PushWork,
  attempt: Attempt,
  reason: ReviewReason,
): Promise<void> {
  await setReview(tx, attempt, reason)
  await upsertLetters(tx, attempt, work.pass.runId, [
    { recordKey: attempt.localId, code: reason, detail: DETAILS[reason], raw: attempt.body },
  ])
  await work.pass.count(tx, { seen: 1, rejected: 1 })
}
