import type { Tx } from '#platform/database.ts'
import type { HeldPass, TurnEnd } from '../held-pass.ts'
import { freePass, setMissing } from '../pass-store.ts'
import { finishPass } from '../runs/finish-pass.ts'
import type { SyncDeps } from '../sync-deps.ts'
import type { ApplyJob } from './apply-records.ts'
import { closeGeneration as setClosed, raiseWatermark, type Generation } from './generations-store.ts'
import { gatherMissing, markGone, setEnumerated, takeMissingBatch } from './missing-store.ts'
import { insertChanges } from './page-store.ts'

/** Records that leave use in one transaction. */
const REMOVE_BATCH = 1_000
/** More missing records than this, and than this share of the known ones, may be the source's fault. */
const VALVE_COUNT = 10
const VALVE_SHARE = 0.05
/** So may more than this share of however few. */
const VALVE_SHARE_OF_FEW = 0.5

type Missing = { missing: number; known: number; seenAny: boolean }

/** Why records that an enumeration did not name are not taken out of use without a person's word; undefined: they are. */
export function findValveReason(found: Missing, nameless: number): string | undefined {
  const { missing, known } = found
  if (missing === 0) return undefined
  if (!found.seenAny) return `the source named no record, ${known} are known`
  if (missing > Math.max(VALVE_COUNT, known * VALVE_SHARE) || missing > known * VALVE_SHARE_OF_FEW)
    return `${missing} of ${known} known records are missing`
  if (nameless > 0)
    return `${missing} records are missing, but ${nameless} could not be read and may be among them`
  return undefined
}

/**
 * Brings a generation whose slices are done to its end: finds missing records and takes them out of use, unless the
 * safety valve asks a person first, then moves the watermark. `next`: the run has more to do than this generation.
 */
export async function closeGeneration(
  deps: SyncDeps,
  pass: HeldPass,
  job: ApplyJob,
  generation: Generation,
): Promise<TurnEnd | 'next'> {
  if (generation.mode === 'full') {
    if (generation.state === 'open') {
      const parked = await enumerate(deps, pass, job, generation)
      if (parked) return { kind: 'finished' }
    }
    for (;;) {
      if (pass.isTurnOver()) return { kind: 'more' }
      if (!(await removeBatch(deps, pass, job, generation))) break
    }
  }
  return await close(deps, pass, generation)
}

/** Gathers what is missing; true when that parks the pass. */
async function enumerate(
  deps: SyncDeps,
  pass: HeldPass,
  job: ApplyJob,
  generation: Generation,
): Promise<boolean> {
  return await deps.db.transaction('sync.find-missing', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    const scope = { connection: job.connection, entity: job.stream.entity }
    const found = await gatherMissing(tx, scope, generation.id, REMOVE_BATCH)
    await setEnumerated(tx, generation.id)
    await setMissing(tx, pass, found.missing)
    const reason = findValveReason(found, found.nameless)
    if (reason === undefined || pass.isApproved) return false
    const error = { code: 'needs_approval', detail: reason }
    await finishPass(tx, deps, { ...keyOf(pass), state: 'parked', error })
    return true
  })
}

async function removeBatch(
  deps: SyncDeps,
  pass: HeldPass,
  job: ApplyJob,
  generation: Generation,
): Promise<boolean> {
  return await deps.db.transaction('sync.remove-missing', { role: 'worker' }, async (tx) => {
    const now = await pass.hold(tx)
    const batch = await takeMissingBatch(tx, generation.id)
    if (batch === undefined) return false
    await remove(tx, pass, job, { generation, batch, now })
    return true
  })
}

async function remove(
  tx: Tx,
  pass: HeldPass,
  job: ApplyJob,
  what: { generation: Generation; batch: readonly string[]; now: Date },
): Promise<void> {
  const { runId, connection, stream } = job
  const scope = { connection, entity: stream.entity }
  const gone = await markGone(tx, scope, what.generation.id, what.batch)
  if (gone.length > 0) {
    const localIds = gone.map((row) => row.localId)
    await stream.remove(tx, localIds, { runId, connection, stream: stream.name, now: what.now })
    await insertChanges(
      tx,
      { runId, stream: stream.name, entity: stream.entity },
      gone.map((row) => ({ ...row, op: 'delete', fields: {} })),
    )
  }
  await pass.count(tx, { deleted: gone.length })
}

async function close(deps: SyncDeps, pass: HeldPass, generation: Generation): Promise<TurnEnd | 'next'> {
  const isOlder = generation.startedAt < pass.runStartedAt
  await deps.db.transaction('sync.close-pass', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    await setClosed(tx, generation.id)
    if (generation.mode !== 'range') await raiseWatermark(tx, pass, generation)
    if (isOlder) await freePass(tx, pass)
    else await finishPass(tx, deps, { ...keyOf(pass), state: 'succeeded' })
  })
  if (!isOlder) return { kind: 'finished' }
  pass.generationId = null
  pass.isApproved = false
  return 'next'
}

function keyOf(pass: HeldPass): { runId: string; connection: string; stream: string } {
  return { runId: pass.runId, connection: pass.connection, stream: pass.stream }
}
