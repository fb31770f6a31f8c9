import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { resolveLetters, upsertLetters } from '../pull/letters-store.ts'
import type { SourceFailure } from '../ports.ts'
import { selectAcceptedBody, settleAttempt, setUnknown, type Attempt } from './attempts-store.ts'
import { diffBodies } from './diff-bodies.ts'
import { insertPushChange, linkRecord, restoreContent, setContent } from './external-ids-store.ts'
import { handToPerson } from './hand-to-person.ts'
import { addSettled, lockPush, postponePush, setRefused, setSent } from './push-store.ts'
import { backoffMs, localKeyOf, WORKER, type PushWork } from './push-work.ts'
import { SETTLE_TRIES } from './plan-settlement.ts'

/**
 * Calls of which nothing came before a record is set aside as refused, if the system takes others meanwhile. With
 * growing waits that is about an hour and a half.
 */
const NOT_DONE_TRIES = 24

/** A repeat under the same key, or the first time. */
export type Sent = { attempt: Attempt; externalId: string | null; isRepeat: boolean }

/**
 * Holds the pass and locks the record's push, in the order of all others: pass, push, attempt, map of external ids. A
 * process whose lease is gone writes nothing; the next one settles the attempt.
 */
async function inside(work: PushWork, attempt: Attempt, record: (tx: Tx) => Promise<void>): Promise<void> {
  await work.deps.db.transaction('sync.record-push', WORKER, async (tx) => {
    const held = work.pass.hold(tx)
    const locked = lockPush(tx, attempt)
    await held
    await locked
    await record(tx)
  })
}

/** Writes down that the system has the record: its id, its content and the version. Once; a repeat changes nothing. */
export async function recordAccepted(work: PushWork, sent: Sent, externalId: string): Promise<void> {
  const { attempt } = sent
  await inside(work, attempt, async (tx) => {
    const before = await selectAcceptedBody(tx, attempt)
    if ((await settleAttempt(tx, attempt.key, { state: 'ok', externalId })) === undefined) return
    const key = localKeyOf(work, attempt.localId)
    const hash = attempt.contentHash
    const isCreate = attempt.operation === 'create'
    if (isCreate && !(await linkRecord(tx, key, { externalId, hash }))) {
      await addSettled(tx, attempt)
      await handToPerson(tx, work, attempt, 'external_id_taken')
      return
    }
    if (!isCreate) await setContent(tx, key, hash)
    const parent = attempt.parentExternalId ?? ''
    await setSent(tx, attempt, { version: attempt.version, parent, settled: 1 })
    await resolveLetters(tx, attempt, work.pass.runId, [attempt.localId])
    await insertPushChange(tx, {
      ...key,
      id: newId(),
      runId: work.pass.runId,
      stream: work.stream.name,
      externalId: isCreate ? externalId : (sent.externalId ?? externalId),
      fields: isCreate ? {} : diffBodies(before, attempt.body),
    })
    await work.pass.count(tx, isCreate ? { seen: 1, created: 1 } : { seen: 1, updated: 1 })
  })
}

/** Sets a refused record aside as a dead letter, until it is edited or replayed. */
export async function recordRejected(
  work: PushWork,
  attempt: Attempt,
  reason: { code: string; detail: string },
): Promise<void> {
  await inside(work, attempt, (tx) => reject(tx, work, attempt, reason))
}

async function reject(
  tx: Tx,
  work: PushWork,
  attempt: Attempt,
  reason: { code: string; detail: string },
): Promise<void> {
  if (!(await withdraw(tx, work, attempt, 'rejected', reason.detail))) return
  await setRefused(tx, attempt, attempt.version)
  const letter = { recordKey: attempt.localId, ...reason, raw: attempt.body }
  await upsertLetters(tx, attempt, work.pass.runId, [letter])
  await work.pass.count(tx, { seen: 1, rejected: 1 })
}

/** Ends an attempt that certainly had no effect. */
async function withdraw(
  tx: Tx,
  work: PushWork,
  attempt: Attempt,
  state: 'rejected' | 'withdrawn',
  detail: string,
): Promise<boolean> {
  const settled = await settleAttempt(tx, attempt.key, { state, detail })
  if (settled === undefined) return false
  if (attempt.operation === 'update')
    await restoreContent(tx, localKeyOf(work, attempt.localId), settled.priorHash)
  return true
}

/**
 * Writes down that a call had no effect. A first one is withdrawn; of a repeat nothing follows for the call before it,
 * so that the attempt stays open. A throttled record is due again as soon as calls are.
 */
export async function recordNotDone(
  work: PushWork,
  sent: Sent & { tries: number },
  failure: SourceFailure,
): Promise<void> {
  const { attempt, isRepeat, tries } = sent
  const isTry = failure.code !== 'throttled' && failure.code !== 'account'
  await inside(work, attempt, async (tx) => {
    const detail = `${failure.code}: ${failure.detail}`
    if (isRepeat) {
      await setUnknown(tx, attempt.key, { detail, tries: 0 })
    } else if (isTry && tries + 1 >= NOT_DONE_TRIES && work.calls.isProven()) {
      await reject(tx, work, attempt, { code: 'not_taken', detail })
      return
    } else if (await withdraw(tx, work, attempt, 'withdrawn', detail)) {
      await addSettled(tx, attempt)
    }
    const ms = isTry ? Math.max(failure.retryAfterMs ?? 0, backoffMs(tries, work.timing)) : 0
    await postponePush(tx, attempt, { ms, isTry })
  })
}

/** Writes down that nobody knows what became of a call; without any means of finding out a person is asked at once. */
export async function recordUnknown(
  work: PushWork,
  attempt: Attempt,
  detail: string,
  tries: number,
): Promise<void> {
  const { honoursKeys, find } = work.stream.target
  const isHopeless = attempt.operation === 'create' && !honoursKeys && find === undefined
  await inside(work, attempt, async (tx) => {
    if (!(await setUnknown(tx, attempt.key, { detail, tries: 0 }))) return
    if (isHopeless) await handToPerson(tx, work, attempt, 'outcome_unknown')
    else await postponePush(tx, attempt, { ms: backoffMs(tries, work.timing), isTry: true })
  })
}

/** Adopts the id of a record that was found over there; its content is not known, so that an update follows. */
export async function recordFound(work: PushWork, attempt: Attempt, externalId: string): Promise<void> {
  await inside(work, attempt, async (tx) => {
    if ((await settleAttempt(tx, attempt.key, { state: 'ok', externalId })) === undefined) return
    await addSettled(tx, attempt)
    const key = localKeyOf(work, attempt.localId)
    if (await linkRecord(tx, key, { externalId, hash: null })) return
    await handToPerson(tx, work, attempt, 'external_id_taken')
  })
}

/** Withdraws a create of which there is certainly nothing over there. */
export async function recordAbsent(work: PushWork, attempt: Attempt): Promise<void> {
  await inside(work, attempt, async (tx) => {
    const detail = 'not found over there'
    if (await withdraw(tx, work, attempt, 'withdrawn', detail)) await addSettled(tx, attempt)
  })
}

/** Puts a lookup off; `failure` counts as a try, and too many of them are for a person. */
export async function recordNoAnswer(
  work: PushWork,
  attempt: Attempt,
  wait: { ms: number; failure?: SourceFailure },
): Promise<void> {
  const { failure } = wait
  await inside(work, attempt, async (tx) => {
    const isTry = failure !== undefined && failure.code !== 'throttled' && failure.code !== 'account'
    if (failure !== undefined)
      await setUnknown(tx, attempt.key, { detail: failure.detail, tries: isTry ? 1 : 0 })
    if (isTry && attempt.tries >= SETTLE_TRIES) await handToPerson(tx, work, attempt, 'outcome_unknown')
    else await postponePush(tx, attempt, { ms: wait.ms, isTry })
  })
}
