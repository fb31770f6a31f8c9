import type { Tx } from '#platform/database.ts'
import { resolveLetters } from '../pull/letters-store.ts'
import {
  insertAttempt,
  selectOpenAttempt,
  setResending,
  settleAttempt,
  type Attempt,
} from './attempts-store.ts'
import { forgetContent, selectKnownRecord } from './external-ids-store.ts'
import { handToPerson } from './hand-to-person.ts'
import { planSettlement } from './plan-settlement.ts'
import { attemptKey } from './push-key.ts'
import { addSettled, lockPush, postponePush, setSent, setWaitsFor, type PushRow } from './push-store.ts'
import { keyOf, localKeyOf, WORKER, type PushWork } from './push-work.ts'
import { isDue, readNeed } from './read-push.ts'

/**
 * What is to be done about a record outside the transaction. `externalId` is null for a create; `tries` counts those in
 * vain since the record last came forward.
 */
export type Prepared =
  | { kind: 'over' }
  | { kind: 'send'; attempt: Attempt; externalId: string | null; isRepeat: boolean; tries: number }
  | { kind: 'ask'; attempt: Attempt; isQuiet: boolean; tries: number }

const OVER: Prepared = { kind: 'over' }

/**
 * Decides about one record and writes down what is about to be sent. Locks the pass, then the record's push, and only
 * then reads the record: what is read is at least as new as the version that the push asks for.
 */
export async function preparePush(work: PushWork, localId: string): Promise<Prepared> {
  return await work.deps.db.transaction('sync.prepare-push', WORKER, async (tx) => {
    const key = keyOf(work, localId)
    const held = work.pass.hold(tx)
    const [row, open] = await Promise.all([lockPush(tx, key), selectOpenAttempt(tx, key), held])
    if (row === undefined || row.isPostponed) return OVER
    if (!isDue(row, work)) return await leaveAlone(tx, work, localId, row)
    if (open === undefined) return await beginAttempt(tx, work, localId, row)
    return await beginSettlement(tx, work, row, open)
  })
}

/** A replayed letter whose record has been sent since is out of date. */
async function leaveAlone(tx: Tx, work: PushWork, localId: string, row: PushRow): Promise<Prepared> {
  if (row.sentVersion >= row.wantVersion)
    await resolveLetters(tx, keyOf(work, localId), work.pass.runId, [localId])
  return OVER
}

async function beginSettlement(tx: Tx, work: PushWork, row: PushRow, open: Attempt): Promise<Prepared> {
  // Who replays a record wants it looked up once more, however often that was in vain.
  const tries = work.scope.replayOf === null ? open.tries : 0
  const settlement = planSettlement({ ...open, tries }, work.stream.target)
  switch (settlement.kind) {
    case 'resend': {
      await setResending(tx, open.key)
      const known = await selectKnownRecord(tx, localKeyOf(work, open.localId))
      return {
        kind: 'send',
        attempt: open,
        externalId: known?.externalId ?? null,
        isRepeat: true,
        tries: row.tries,
      }
    }
    case 'ask':
      return { kind: 'ask', attempt: open, isQuiet: settlement.isQuiet, tries: row.tries }
    case 'overwrite':
      await settleAttempt(tx, open.key, { state: 'withdrawn', detail: 'replaced by the next update' })
      await addSettled(tx, open)
      return await beginAttempt(tx, work, open.localId, { ...row, settled: row.settled + 1 })
    case 'wait':
      await postponePush(tx, open, { ms: settlement.ms, isTry: false })
      return OVER
    case 'review':
      await handToPerson(tx, work, open, 'outcome_unknown')
      return OVER
  }
}

async function beginAttempt(tx: Tx, work: PushWork, localId: string, row: PushRow): Promise<Prepared> {
  const { pass, stream } = work
  const key = keyOf(work, localId)
  const need = await readNeed(tx, work, localId, row)
  switch (need.kind) {
    case 'none':
      await setSent(tx, key, { version: row.wantVersion, parent: null, settled: 0 })
      await resolveLetters(tx, key, pass.runId, [localId])
      await pass.count(tx, { seen: 1, unchanged: 1 })
      return OVER
    case 'waits':
      await setWaitsFor(tx, key, need.parentId)
      return OVER
    case 'call': {
      const { operation, known, hash, parent } = need
      const version = row.wantVersion
      const attempt = await insertAttempt(
        tx,
        {
          ...key,
          key: attemptKey(key, { operation, version, settled: row.settled }),
          operation,
          version,
          contentHash: hash,
          parentExternalId: parent,
          body: stream.target.toBody(need.value, parent),
        },
        known?.hash ?? null,
      )
      if (known !== undefined) await forgetContent(tx, localKeyOf(work, localId))
      return {
        kind: 'send',
        attempt,
        externalId: known?.externalId ?? null,
        isRepeat: false,
        tries: row.tries,
      }
    }
  }
}
