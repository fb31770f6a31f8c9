import type { Tx } from '#platform/database.ts'
import type { FieldValues } from '../ports.ts'
import { selectKnownRecord, type KnownRecord } from './external-ids-store.ts'
import type { PushRow } from './push-store.ts'
import { localKeyOf, type PushWork } from './push-work.ts'

/** What a record needs now. `waits`: its parent has no external id yet. */
export type Need =
  | { kind: 'none' }
  | {
      kind: 'waits'
      parentId: string
      operation: 'create' | 'update'
      externalId: string | null
      hash: string
    }
  | {
      kind: 'call'
      operation: 'create' | 'update'
      known: KnownRecord | undefined
      value: FieldValues
      hash: string
      parent: string | null
    }

/** Whether a record is due at all, in this mode of run. */
export function isDue(row: PushRow, work: PushWork): boolean {
  if (row.sentVersion >= row.wantVersion) return false
  const { replayOf, wishedBefore } = work.scope
  if (wishedBefore !== null && row.wishedAt > wishedBefore) return false
  if (replayOf !== null) return true
  return row.refusedVersion < row.wantVersion && !row.needsReview
}

/** Reads a record as it is now and compares it with what the system holds. To be called with the record's push locked. */
export async function readNeed(tx: Tx, work: PushWork, localId: string, row: PushRow): Promise<Need> {
  const { stream, pass } = work
  const [known, loaded] = await Promise.all([
    selectKnownRecord(tx, localKeyOf(work, localId)),
    stream.load(tx, localId),
  ])
  if (loaded === undefined) return { kind: 'none' }
  const hash = work.hashOf(loaded.value)
  const operation = known === undefined ? 'create' : 'update'
  let parent: string | null = null
  if (stream.parent !== undefined && loaded.parentId !== null) {
    const key = { connection: pass.connection, entity: stream.parent, localId: loaded.parentId }
    const found = await selectKnownRecord(tx, key)
    if (found === undefined || found.isGone)
      return {
        kind: 'waits',
        parentId: loaded.parentId,
        operation,
        externalId: known?.externalId ?? null,
        hash,
      }
    parent = found.externalId
  }
  const isParentKnown = row.pushedParent === null || row.pushedParent === (parent ?? '')
  if (known?.hash === hash && !known.isGone && isParentKnown) return { kind: 'none' }
  return { kind: 'call', operation, known, value: loaded.value, hash, parent }
}
