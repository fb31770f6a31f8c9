import { setImmediate as nextTurn } from 'node:timers/promises'
import { violatedConstraint, type Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { PullStream, RecordWrite } from '../connection.ts'
import type { FieldValues } from '../ports.ts'
import { diffRecord, type RecordDiff } from './diff-record.ts'
import { findParents, type Parents } from './find-parents.ts'
import type { ChangeRow } from './page-store.ts'
import type { Candidate, Refused } from './read-page.ts'
import {
  classifyStatement,
  incomingArrays,
  insertRecords,
  selectFieldLocks,
  updateRecords,
  type Classified,
  type RecordRow,
} from './records-store.ts'

/** Whose records are applied, and for which run. */
export type ApplyJob = {
  runId: string
  connection: string
  stream: PullStream
  fingerprint: (value: FieldValues) => string
  /** A dry run finds the same and writes nothing. */
  isDry: boolean
}

/** What applying records did, or would do. `accepted`: ids whose dead letters are settled by that. */
export type Applied = {
  created: string[]
  updated: number
  unchanged: number
  stale: number
  refused: Refused[]
  changes: ChangeRow[]
  accepted: string[]
}

/** Enough rows to make a round trip cheap, few enough that hashing the next ones overlaps with it. */
const BATCH = 1_000

type Asked = { batch: Candidate[]; answer: Promise<Classified[]> }

/**
 * Applies records to the map and the domain inside the caller's transaction: only what is new or differs is written.
 * While the database compares or writes one batch, the next ones are hashed. `held` is the answer of the transaction's first
 * statement; nothing is written before it. Throws a retryable error when another transaction moved a record in between.
 */
export async function applyRecords(
  tx: Tx,
  job: ApplyJob,
  candidates: readonly Candidate[],
  held: Promise<Date>,
): Promise<Applied> {
  const total: Applied = {
    created: [],
    updated: 0,
    unchanged: 0,
    stale: 0,
    refused: [],
    changes: [],
    accepted: [],
  }
  const asked: Asked[] = []
  const askNext = (start: number): void => {
    if (start < candidates.length) asked.push(ask(tx, job, candidates, start))
  }
  askNext(0)
  const now = await held
  for (let start = 0; start < candidates.length; start += BATCH) {
    if (asked.length < 2) askNext(start + BATCH)
    const current = asked.shift()
    if (current === undefined) throw new Error('a batch was not asked about')
    const classified = await current.answer
    const applying = classified.length === 0 ? undefined : applyBatch(tx, job, current.batch, classified, now)
    applying?.catch(() => undefined)
    // Lets what was just asked for leave the process, and others have their turn, before the next batch is hashed.
    await nextTurn()
    askNext(start + 2 * BATCH)
    if (applying === undefined) addUnchanged(total, current.batch)
    else addTo(total, await applying)
  }
  return total
}

function ask(tx: Tx, job: ApplyJob, candidates: readonly Candidate[], start: number): Asked {
  const batch = candidates.slice(start, start + BATCH)
  for (const candidate of batch) candidate.hash = job.fingerprint(candidate.value)
  return { batch, answer: tx.rows(classifyStatement(scopeOf(job), incomingArrays(batch))) }
}

function scopeOf(job: ApplyJob): { connection: string; entity: string } {
  return { connection: job.connection, entity: job.stream.entity }
}

function addUnchanged(total: Applied, batch: readonly Candidate[]): void {
  total.unchanged += batch.length
  for (const { externalId } of batch) total.accepted.push(externalId)
}

function addTo(total: Applied, part: Applied): void {
  total.created.push(...part.created)
  total.updated += part.updated
  total.unchanged += part.unchanged
  total.stale += part.stale
  total.refused.push(...part.refused)
  total.changes.push(...part.changes)
  total.accepted.push(...part.accepted)
}

/** A record of a batch that is not simply the same. */
type Differing = {
  candidate: Candidate
  found: Classified
  localId: string
  diff: RecordDiff | null
  before: FieldValues | null
}

async function applyBatch(
  tx: Tx,
  job: ApplyJob,
  batch: readonly Candidate[],
  classified: readonly Classified[],
  now: Date,
): Promise<Applied> {
  const stale = new Set(classified.filter((found) => found.kind === 'stale').map((found) => found.place))
  const wanted = classified.filter((found) => found.kind !== 'stale')
  const parents = await findParents(
    tx,
    job,
    wanted.flatMap(({ place, kind }): FieldValues[] => {
      const value = kind === 'touched' ? undefined : batch[place]?.value
      return value === undefined ? [] : [value]
    }),
  )
  const refused: Refused[] = []
  const differing: Differing[] = []
  for (const found of wanted) {
    const candidate = batch[found.place]
    if (candidate === undefined) throw new Error('a record was classified that was not asked about')
    const orphan = found.kind === 'touched' ? undefined : parents.missing(candidate.value)
    if (orphan !== undefined) {
      refused.push({ key: candidate.externalId, rejection: orphan, raw: candidate.raw })
    } else {
      differing.push({ candidate, found, localId: found.localId ?? newId(), diff: null, before: null })
    }
  }
  await compare(tx, job, differing)
  if (!job.isDry) await store(tx, job, differing, parents, now)
  const lost = new Set(refused.map((row) => row.key))
  return {
    ...summarize(differing),
    unchanged: batch.length - stale.size - refused.length - differing.filter(isWritten).length,
    stale: stale.size,
    refused,
    accepted: batch.flatMap(({ externalId }, place) =>
      stale.has(place) || lost.has(externalId) ? [] : [externalId],
    ),
  }
}

/** Finds what differs from the stored fields, by field. */
async function compare(tx: Tx, job: ApplyJob, rows: Differing[]): Promise<void> {
  const known = rows.filter(({ found }) => found.kind === 'changed' || found.kind === 'returned')
  if (known.length === 0) return
  const localIds = known.map((row) => row.localId)
  const [stored, locks] = await Promise.all([
    job.stream.load(tx, localIds),
    selectFieldLocks(tx, job.stream.entity, localIds),
  ])
  for (const row of known) {
    row.before = stored.get(row.localId) ?? null
    if (row.before !== null)
      row.diff = diffRecord(job.stream.fields, row.before, row.candidate.value, locks.get(row.localId))
  }
}

/** Whether the domain has no such record yet, or none any more. */
function isCreated({ found, before }: Differing): boolean {
  return found.kind === 'new' || (found.kind !== 'touched' && before === null)
}

/** Whether the domain is told: not when only fields differ that are not the source's to say. */
function isWritten(row: Differing): boolean {
  if (row.found.kind === 'touched') return false
  return isCreated(row) || row.found.kind === 'returned' || hasFields(row.diff?.changed)
}

async function store(
  tx: Tx,
  job: ApplyJob,
  rows: readonly Differing[],
  parents: Parents,
  now: Date,
): Promise<void> {
  if (rows.length === 0) return
  const writes: RecordWrite[] = rows.filter(isWritten).map((row) => ({
    externalId: row.candidate.externalId,
    localId: row.localId,
    isNew: isCreated(row),
    value: row.diff?.value ?? row.candidate.value,
    before: row.before,
    parents: parents.of(row.candidate.value),
  }))
  const { runId, connection, stream } = job
  const context = { runId, connection, stream: stream.name, now }
  const mapped = storeMap(tx, job, rows)
  const written = writes.length > 0 ? stream.write(tx, writes, context) : Promise.resolve()
  written.catch(() => undefined)
  // The map's word counts first: after its failure the write only says that the transaction is over.
  await mapped
  await written
}

async function storeMap(tx: Tx, job: ApplyJob, rows: readonly Differing[]): Promise<void> {
  const added: RecordRow[] = []
  const moved: RecordRow[] = []
  for (const { candidate, localId, found } of rows) {
    const { externalId, hash, version } = candidate
    const row = { externalId, localId, hash, version, mark: found.mark }
    if (found.kind === 'new') added.push(row)
    else moved.push(row)
  }
  const inserted = insertRecords(tx, scopeOf(job), added).catch((error: unknown) => {
    throw violatedConstraint(error) === 'sync_records_pkey' ? new RecordsMoved() : error
  })
  const [, updated] = await Promise.all([inserted, updateRecords(tx, scopeOf(job), moved)])
  if (updated !== moved.length) throw new RecordsMoved()
}

/** Another transaction wrote the same records in between; the transaction is tried again from its beginning. */
class RecordsMoved extends Error {
  /** The SQLSTATE of a serialization failure, by which `db.transaction` knows to try again. */
  readonly code = '40001'
  constructor() {
    super('records were moved by another transaction')
  }
}

function summarize(rows: readonly Differing[]): Pick<Applied, 'created' | 'updated' | 'changes'> {
  const created: string[] = []
  const changes: ChangeRow[] = []
  let updated = 0
  for (const row of rows) {
    const { externalId } = row.candidate
    if (isCreated(row)) {
      created.push(externalId)
      continue
    }
    if (row.diff === null) continue
    if (isWritten(row)) {
      updated += 1
      const op = row.found.kind === 'returned' ? 'return' : 'update'
      changes.push({ localId: row.localId, externalId, op, fields: row.diff.changed })
    }
    if (hasFields(row.diff.kept))
      changes.push({ localId: row.localId, externalId, op: 'kept', fields: row.diff.kept })
  }
  return { created, updated, changes }
}

function hasFields(fields: object | undefined): boolean {
  return fields !== undefined && Object.keys(fields).length > 0
}
