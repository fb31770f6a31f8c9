import type { Tx } from '#platform/database.ts'
import type { HeldPass, TurnEnd } from '../held-pass.ts'
import { finishPass } from '../runs/finish-pass.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { applyRecords, type ApplyJob } from './apply-records.ts'
import {
  refuseLetters,
  resolveLettersById,
  selectOrphanLetters,
  selectUntriedLetters,
  type Letter,
} from './letters-store.ts'
import { record } from './pull-page.ts'
import { readPage, type Refused } from './read-page.ts'

/** Letters that are tried in one transaction; their payloads may be large. */
const BATCH = 200
/** Below every UUIDv7. */
const FIRST_ID = '00000000-0000-0000-0000-000000000000'
/** A parent that was found may itself be the parent of another letter; chains are not longer than this. */
const ORPHAN_ROUNDS = 5

/**
 * Tries the open dead letters again that wait for a parent; those that still wait stay as they are. A letter of this
 * very run moves its count from refused to what became of it. True when the turn ended first: only between rounds, because
 * the next turn begins with the first letter again and would never come to the last.
 */
export async function retryOrphans(deps: SyncDeps, pass: HeldPass, job: ApplyJob): Promise<boolean> {
  for (let round = 0; round < ORPHAN_ROUNDS; round += 1) {
    if (pass.isTurnOver()) return true
    let healed = 0
    for (let after: string | null = FIRST_ID; after !== null;) {
      if (pass.signal.aborted) return true
      const from: string = after
      const tried = await deps.db.transaction('sync.retry-orphans', { role: 'worker' }, async (tx) => {
        const held = pass.hold(tx)
        held.catch(() => undefined)
        const letters = await selectOrphanLetters(tx, pass, pass.runId, { after: from, limit: BATCH })
        const healedNow = await tryLetters(tx, pass, job, letters, held, { countsWaiting: false })
        return { healed: healedNow, last: letters.length === BATCH ? letters.at(-1)?.id : undefined }
      })
      healed += tried.healed
      after = tried.last ?? null
    }
    if (healed === 0) return false
  }
  return false
}

/** Reads every open dead letter of the stream again from what was stored, each once per run. */
export async function replayLetters(deps: SyncDeps, pass: HeldPass, job: ApplyJob): Promise<TurnEnd> {
  for (;;) {
    const count = await deps.db.transaction('sync.replay-letters', { role: 'worker' }, async (tx) => {
      const held = pass.hold(tx)
      held.catch(() => undefined)
      const letters = await selectUntriedLetters(tx, pass, pass.runId, { after: FIRST_ID, limit: BATCH })
      await tryLetters(tx, pass, job, letters, held, { countsWaiting: true })
      return letters.length
    })
    if (count < BATCH) break
    // Only now: a plan that was checked before may have taken the whole turn, and would in the next one.
    if (pass.isTurnOver()) return { kind: 'more' }
  }
  if (await retryOrphans(deps, pass, job)) return { kind: 'more' }
  await deps.db.transaction('sync.finish-replay', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    const { runId, connection, stream } = pass
    await finishPass(tx, deps, { runId, connection, stream, state: 'succeeded' })
  })
  return { kind: 'finished' }
}

/** Applies letters; those that are refused again are counted again where that is asked. Returns how many were settled. */
async function tryLetters(
  tx: Tx,
  pass: HeldPass,
  job: ApplyJob,
  letters: readonly Letter[],
  held: Promise<Date>,
  options: { countsWaiting: boolean },
): Promise<number> {
  const byPayload = new Map(letters.map((letter) => [letter.payload, letter]))
  const content = readPage(
    job.stream.source,
    letters.map((letter) => letter.payload),
  )
  const applied = await applyRecords(tx, job, content.candidates, held)
  const refused = [...content.refused, ...applied.refused]
  const again = refused.flatMap((row) => toRefusal(byPayload, row))
  const isRefused = new Set(again.map((row) => row.id))
  const settled = letters.filter((letter) => !isRefused.has(letter.id))
  const writes = [
    record(tx, job, applied),
    resolveLettersById(
      tx,
      pass.runId,
      settled.map((letter) => letter.id),
    ),
  ]
  if (options.countsWaiting) writes.push(refuseLetters(tx, pass.runId, again))
  const moved = options.countsWaiting ? 0 : settled.filter((letter) => letter.isFromRun).length
  const rejected = options.countsWaiting ? again.length : 0
  writes.push(
    pass.count(tx, {
      seen: settled.length + rejected - moved,
      created: applied.created.length,
      updated: applied.updated,
      unchanged: applied.unchanged,
      stale: applied.stale + content.superseded,
      rejected: rejected - moved,
    }),
  )
  await Promise.all(writes)
  return settled.length
}

function toRefusal(
  letters: ReadonlyMap<unknown, Letter>,
  row: Refused,
): { id: string; code: string; detail: string }[] {
  const letter = letters.get(row.raw)
  return letter === undefined ? [] : [{ id: letter.id, ...row.rejection }]
}
