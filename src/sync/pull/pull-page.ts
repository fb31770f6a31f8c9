import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { PassLost, type HeldPass, type PassCounts, type TurnEnd } from '../held-pass.ts'
import { applyRecords, type Applied, type ApplyJob } from './apply-records.ts'
import { storableJson } from '#platform/array-literal.ts'
import { fetchPage, type Caller } from './fetch-page.ts'
import { fingerprintOf } from './fingerprint.ts'
import type { Generation, Slice } from './generations-store.ts'
import { hasOpenLetters, resolveLetters, upsertLetters } from './letters-store.ts'
import {
  addNameless,
  advanceSlice,
  insertChanges,
  insertCreations,
  insertSeen,
  restartSlice,
  rewindSlice,
} from './page-store.ts'
import { readPage, type PageContent, type Refused } from './read-page.ts'

/** A page of which every row is refused, from this many rows on, says that the source has changed, not its records. */
const ALL_REJECTED_MIN = 3
/** A page token that dies again and again will not carry us to the end. */
const MAX_RESTARTS = 5

/** A page was committed; `slice` is where the next one begins, undefined when that has to be looked up. */
type Moved = { kind: 'moved'; slice: Slice | undefined }

/** Fetches the slice's next page and commits it with everything that follows from it. */
export async function pullPage(
  caller: Caller,
  job: ApplyJob,
  generation: Generation,
  slice: Slice,
): Promise<TurnEnd | Moved> {
  const { deps, pass, stream } = caller
  const fetched = await fetchPage(caller, requestFor(generation.mode, slice))
  if (fetched.kind === 'end') return fetched.end
  if (fetched.kind === 'restart') return await restart(caller, slice)
  const { page } = fetched
  const content = readPage(stream.source, page.rows)
  const committed = await deps.db.transaction('sync.pull-page', { role: 'worker' }, (tx) =>
    commitPage(tx, pass, job, { generation, slice, content, rows: page.rows.length, next: page.next }),
  )
  if (!committed.ok) return { kind: 'failed', ...committed.error }
  if (page.next === null) return { kind: 'moved', slice: undefined }
  return { kind: 'moved', slice: { ...slice, position: page.next, pages: slice.pages + 1 } }
}

/** The window of a slice as its source is asked for it. */
export function requestFor(
  mode: Generation['mode'],
  slice: Pick<Slice, 'lo' | 'hi' | 'position'>,
): { mode: 'full' | 'window'; from: Date | null; to: Date; position: string | null } {
  return { mode: mode === 'full' ? 'full' : 'window', from: slice.lo, to: slice.hi, position: slice.position }
}

async function restart({ deps, pass }: Caller, slice: Slice): Promise<TurnEnd | Moved> {
  if (slice.restarts >= MAX_RESTARTS) {
    // The dead token must not stay where the next run would ask with it again.
    await deps.db.transaction('sync.rewind-slice', { role: 'worker' }, async (tx) => {
      await pass.hold(tx)
      await rewindSlice(tx, slice)
    })
    return { kind: 'failed', code: 'position_lost', detail: 'the page token was refused again and again' }
  }
  await deps.db.transaction('sync.restart-slice', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    await restartSlice(tx, slice)
  })
  return { kind: 'moved', slice: undefined }
}

type PulledPage = {
  generation: Generation
  slice: Slice
  content: PageContent
  rows: number
  next: string | null
}

/** The only point where progress exists: data, checkpoint, refusals and counts become true together. */
async function commitPage(
  tx: Tx,
  pass: HeldPass,
  job: ApplyJob,
  page: PulledPage,
): Promise<Result<void, { code: string; detail: string }>> {
  const { slice, content } = page
  const held = pass.hold(tx)
  held.catch(() => undefined)
  const letters = hasOpenLetters(tx, pass)
  letters.catch(() => undefined)
  const applied = await applyRecords(tx, job, content.candidates, held)
  const refused = [...content.refused, ...applied.refused]
  const fault = findFault(job, page.rows, refused)
  if (fault !== undefined) return err(fault)
  const writes = [record(tx, job, applied), pass.count(tx, countPage(page, applied, refused.length))]
  if (page.generation.mode === 'full') writes.push(noteSeen(tx, page, refused))
  if (await letters) writes.push(resolveLetters(tx, pass, pass.runId, applied.accepted).then(() => undefined))
  writes.push(upsertLetters(tx, pass, pass.runId, refused.map(toLetter)))
  const moved = advanceSlice(tx, slice, { pages: slice.pages, next: page.next })
  const [hasMoved] = await Promise.all([moved, ...writes])
  if (!hasMoved) throw new PassLost()
  return ok(undefined)
}

/** Why a page is not taken at all. Records that wait for another record of their own kind are no such sign. */
export function findFault(
  job: ApplyJob,
  rows: number,
  refused: readonly Refused[],
): { code: string; detail: string } | undefined {
  if (rows < ALL_REJECTED_MIN || refused.length < rows) return undefined
  const ownKind = Object.values(job.stream.parents ?? {}).includes(job.stream.entity)
  const first = refused.find((row) => !ownKind || row.rejection.code !== 'parent_missing')
  if (first === undefined) return undefined
  const { code, detail } = first.rejection
  return {
    code: 'all_rejected',
    detail: `all ${rows} records of a page were refused, the first: ${code}, ${detail}`,
  }
}

/** Writes what an apply leaves behind for people: creations and changes. */
export async function record(tx: Tx, job: ApplyJob, applied: Applied): Promise<void> {
  const run = { runId: job.runId, stream: job.stream.name, entity: job.stream.entity }
  await Promise.all([insertCreations(tx, run, applied.created), insertChanges(tx, run, applied.changes)])
}

function countPage(page: PulledPage, applied: Applied, rejected: number): Partial<PassCounts> {
  return {
    pages: 1,
    seen: page.rows,
    created: applied.created.length,
    updated: applied.updated,
    unchanged: applied.unchanged,
    stale: applied.stale + page.content.superseded,
    rejected,
  }
}

async function noteSeen(tx: Tx, page: PulledPage, refused: readonly Refused[]): Promise<void> {
  const ids = page.content.candidates.map((candidate) => candidate.externalId)
  for (const { key } of page.content.refused) if (key !== null) ids.push(key)
  const nameless = refused.filter((row) => row.key === null).length
  await Promise.all([
    insertSeen(tx, page.slice, page.slice.pages, ids),
    addNameless(tx, page.generation.id, nameless),
  ])
}

/** The dead letter of a refused record. */
export function toLetter(row: Refused): { recordKey: string; code: string; detail: string; raw: unknown } {
  return {
    recordKey: row.key ?? fingerprintOf(storableJson(row.raw)),
    code: row.rejection.code,
    detail: row.rejection.detail,
    raw: row.raw,
  }
}
