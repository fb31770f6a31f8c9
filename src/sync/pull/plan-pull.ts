import * as crypto from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { elapsedMs } from '#platform/clock.ts'
import type { Tx } from '#platform/database.ts'
import { err, ok } from '#shared/result.ts'
import type { TurnEnd } from '../held-pass.ts'
import { isUntouched, resetCounts, setMissing } from '../pass-store.ts'
import { finishPass } from '../runs/finish-pass.ts'
import { applyRecords, type Applied, type ApplyJob } from './apply-records.ts'
import { textArray } from '#platform/array-literal.ts'
import { findValveReason } from './close-generation.ts'
import { fetchPage, type Caller, type Fetched } from './fetch-page.ts'
import { selectWatermark } from './generations-store.ts'
import { selectGoneLetters } from './gone-letters-store.ts'
import { hasOpenLetters, selectOrphanLetters, selectUntriedLetters } from './letters-store.ts'
import { planWindow } from './plan-generation.ts'
import {
  deletePlanItems,
  insertPlanItems,
  joinArrays,
  savePlanSum,
  selectUnnamed,
  type PlanItem,
} from './plan-store.ts'
import { findFault, requestFor } from './pull-page.ts'
import { readPage, type Refused } from './read-page.ts'

/** Sums of plans are modulo this. */
const SUM_MODULUS = 1n << 128n
/** Plan items that are written in one statement. */
const ITEM_BATCH = 1_000
const LETTER_BATCH = 200
/** Records waiting for a parent that a plan keeps in memory; more of them are counted as refused. */
const MAX_ORPHANS = 10_000
const ORPHAN_ROUNDS = 5
const FIRST_ID = '00000000-0000-0000-0000-000000000000'

type Plan = {
  caller: Caller
  job: ApplyJob
  /** False when a plan is only made to be compared: then the pass's counts are not its. */
  isCounted: boolean
  sum: bigint
  /** Texts of arrays of the ids that a full enumeration named, a page each; as bytes, which a million ids fit in. */
  named: Buffer[]
  nameless: number
  orphans: Refused[]
  /** Keys of letters that a live run would discard before it tries the others again. */
  goneLetters: ReadonlySet<string>
  startedAt: Date
}

/**
 * Finds what a run would do and stores it as the run's plan. Works through in one go: what it has seen so far is
 * nowhere but in memory, so a plan whose process dies begins again. Writes to nothing but the run's own tables.
 */
export async function planPull(caller: Caller, job: ApplyJob): Promise<TurnEnd> {
  const plan = newPlan(caller, job, true)
  const ended = await makePlan(plan)
  if (ended !== undefined) return ended
  const { deps, pass } = caller
  const { runId, connection, stream } = pass
  await deps.db.transaction('sync.finish-plan', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    await savePlanSum(tx, pass, plan.sum.toString())
    await finishPass(tx, deps, { runId, connection, stream, state: 'succeeded' })
  })
  return { kind: 'finished' }
}

/**
 * Makes the plan once more for a run that is bound to one, and ends the pass when the two differ. Not when the pass has
 * carried out a part of it already: then they do.
 */
export async function checkPlan(caller: Caller, job: ApplyJob): Promise<TurnEnd | undefined> {
  const { deps, pass } = caller
  const isNew = await deps.db.transaction('sync.begin-check', { role: 'worker' }, (tx) =>
    isUntouched(tx, pass),
  )
  if (!isNew) return undefined
  const plan = newPlan(caller, { ...job, isDry: true }, false)
  const ended = await makePlan(plan)
  if (ended !== undefined) return ended
  await deps.db.transaction('sync.drop-plan', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    await deletePlanItems(tx, pass)
  })
  if (plan.sum.toString() === pass.planSum) return undefined
  return {
    kind: 'failed',
    code: 'plan_moved',
    detail: 'the source or our data have changed since the plan was made',
  }
}

function newPlan(caller: Caller, job: ApplyJob, isCounted: boolean): Plan {
  const startedAt = new Date(0)
  const goneLetters = new Set<string>()
  return { caller, job, isCounted, sum: 0n, named: [], nameless: 0, orphans: [], goneLetters, startedAt }
}

async function makePlan(plan: Plan): Promise<TurnEnd | undefined> {
  const { pass, stream, deps } = plan.caller
  const known = await deps.db.transaction('sync.begin-plan', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    await deletePlanItems(tx, pass)
    if (plan.isCounted) await resetCounts(tx, pass)
    return await selectWatermark(tx, pass)
  })
  plan.startedAt = known.now
  if (pass.mode === 'replay') {
    await planLetters(plan)
  } else {
    const window = planWindow(stream, pass, known)
    for (const slice of window.slices) {
      const ended = await planSlice(plan, window.mode, slice)
      if (ended !== undefined) return ended
    }
    if (window.mode === 'full') await findGoneLetters(plan)
    await planOrphans(plan)
    if (window.mode === 'full') await planMissing(plan)
  }
  return undefined
}

async function planSlice(
  plan: Plan,
  mode: 'full' | 'changes' | 'range',
  slice: { lo: Date | null; hi: Date },
): Promise<TurnEnd | undefined> {
  let position: string | null = null
  let progressAt = elapsedMs()
  for (;;) {
    const fetched: Fetched = await fetchPage(plan.caller, requestFor(mode, { ...slice, position }))
    if (fetched.kind === 'page') {
      const fault = await planRows(plan, fetched.page.rows)
      if (fault !== undefined) return fault
      progressAt = elapsedMs()
      plan.caller.pass.tries = 0
      if (fetched.page.next === null) return undefined
      position = fetched.page.next
    } else {
      if (fetched.kind === 'restart') position = null
      else if (fetched.end.kind !== 'later') return fetched.end
      const afterMs = fetched.kind === 'end' && fetched.end.kind === 'later' ? fetched.end.afterMs : 0
      const waited = await waitHeld(plan, afterMs, progressAt)
      if (waited !== undefined) return waited
    }
  }
}

/** Waits for the source without giving the lease up. */
async function waitHeld(plan: Plan, afterMs: number, progressAt: number): Promise<TurnEnd | undefined> {
  const { pass, deps, timing } = plan.caller
  pass.tries += 1
  if (elapsedMs() - progressAt > timing.stallSeconds * 1000)
    return { kind: 'failed', code: 'stalled', detail: 'no page for too long' }
  const until = elapsedMs() + afterMs
  do {
    const part = Math.min(until - elapsedMs(), (timing.leaseSeconds * 1000) / 3)
    if (part > 0) await wait(part, undefined, { signal: pass.signal }).catch(() => undefined)
    if (pass.signal.aborted) return { kind: 'more' }
    await deps.db.transaction('sync.hold-plan', { role: 'worker' }, (tx) => pass.hold(tx))
  } while (elapsedMs() < until)
  return undefined
}

async function planRows(plan: Plan, rows: readonly unknown[]): Promise<TurnEnd | undefined> {
  const { caller, job } = plan
  const content = readPage(caller.stream.source, rows)
  const planned = await caller.deps.db.transaction('sync.plan-page', { role: 'worker' }, async (tx) => {
    const applied = await apply(tx, plan, content.candidates)
    const refused = [...content.refused, ...applied.refused]
    const fault = findFault(job, rows.length, refused)
    if (fault !== undefined) return err(fault)
    const sum = await storeItems(tx, plan, applied, {
      pages: 1,
      seen: rows.length,
      stale: applied.stale + content.superseded,
      rejected: refused.length,
      unchanged: applied.unchanged,
    })
    return ok({ sum, orphans: applied.refused })
  })
  if (!planned.ok) return { kind: 'failed', ...planned.error }
  addSum(plan, planned.value.sum)
  for (const orphan of planned.value.orphans) if (plan.orphans.length < MAX_ORPHANS) plan.orphans.push(orphan)
  plan.nameless += content.refused.filter((row) => row.key === null).length
  const keys = content.refused.flatMap((row) => row.key ?? [])
  const ids = content.candidates.map((candidate) => candidate.externalId)
  plan.named.push(Buffer.from(textArray([...ids, ...keys])))
  return undefined
}

function apply(tx: Tx, plan: Plan, candidates: Parameters<typeof applyRecords>[2]): Promise<Applied> {
  const held = plan.caller.pass.hold(tx)
  held.catch(() => undefined)
  return applyRecords(tx, plan.job, candidates, held)
}

type ItemCounts = { pages: number; seen: number; stale: number; rejected: number; unchanged: number }

/** Stores what was found; what the plan holds already counts as unchanged. Returns what the items add to the sum. */
async function storeItems(tx: Tx, plan: Plan, applied: Applied, counts: ItemCounts): Promise<bigint> {
  const { pass } = plan.caller
  const items = toItems(applied)
  const stored = await insertPlanItems(tx, pass, items)
  const fresh = items.filter((item) => stored.has(`${item.op} ${item.externalId}`))
  const created = fresh.filter((item) => item.op === 'create').length
  const updated = fresh.filter((item) => item.op === 'update' || item.op === 'return').length
  const repeated = applied.created.length + applied.updated - created - updated
  if (plan.isCounted)
    await pass.count(tx, { ...counts, created, updated, unchanged: counts.unchanged + repeated })
  return sumOf(plan.job.stream.name, fresh)
}

function toItems(applied: Applied): PlanItem[] {
  return [
    ...applied.created.map((externalId): PlanItem => ({ op: 'create', externalId, fields: {} })),
    ...applied.changes.map(({ op, externalId, fields }): PlanItem => ({ op, externalId, fields })),
  ]
}

/** Letters of records that the source does not have any more; any may be among rows that it named without an id. */
async function findGoneLetters(plan: Plan): Promise<void> {
  const { deps, pass } = plan.caller
  if (plan.nameless > 0) return
  plan.goneLetters = await deps.db.transaction('sync.plan-letters', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    if (!(await hasOpenLetters(tx, pass))) return new Set<string>()
    return await selectGoneLetters(tx, pass, joinArrays(plan.named), plan.startedAt)
  })
}

function hasNamed(plan: Plan): boolean {
  return plan.named.some((page) => page.length > '{}'.length)
}

/** What waited for a parent is tried again, as a live run does at its end: of this run, and of earlier ones. */
async function planOrphans(plan: Plan): Promise<void> {
  const { deps, stream } = plan.caller
  for (let round = 0; round < ORPHAN_ROUNDS && plan.orphans.length > 0; round += 1) {
    const waiting = plan.orphans
    const content = readPage(
      stream.source,
      waiting.map((row) => row.raw),
    )
    const tried = await deps.db.transaction('sync.plan-page', { role: 'worker' }, async (tx) => {
      const applied = await apply(tx, plan, content.candidates)
      const healed = content.candidates.length - applied.refused.length
      const counts = {
        pages: 0,
        seen: 0,
        stale: applied.stale,
        rejected: -healed,
        unchanged: applied.unchanged,
      }
      return { sum: await storeItems(tx, plan, applied, counts), refused: applied.refused, healed }
    })
    addSum(plan, tried.sum)
    plan.orphans = tried.refused
    if (tried.healed === 0) break
  }
  for (let after: string | undefined = FIRST_ID; after !== undefined;)
    after = await planLetterBatch(plan, after, true)
}

async function planLetters(plan: Plan): Promise<void> {
  for (let after: string | undefined = FIRST_ID; after !== undefined;)
    after = await planLetterBatch(plan, after, false)
}

/** Plans a batch of stored letters. Letters that would wait on are not counted when only orphans are tried. */
async function planLetterBatch(plan: Plan, after: string, orphans: boolean): Promise<string | undefined> {
  const { deps, pass, stream } = plan.caller
  const planned = await deps.db.transaction('sync.plan-page', { role: 'worker' }, async (tx) => {
    const select = orphans ? selectOrphanLetters : selectUntriedLetters
    const found = await select(tx, pass, pass.runId, { after, limit: LETTER_BATCH })
    const letters = found.filter((letter) => !plan.goneLetters.has(letter.recordKey))
    const content = readPage(
      stream.source,
      letters.map((letter) => letter.payload),
    )
    const applied = await apply(tx, plan, content.candidates)
    const refused = content.refused.length + applied.refused.length
    const counted = orphans ? applied.created.length + applied.updated : letters.length
    const sum = await storeItems(tx, plan, applied, {
      pages: 0,
      seen: counted,
      rejected: orphans ? 0 : refused,
      stale: orphans ? 0 : applied.stale + content.superseded,
      unchanged: orphans ? 0 : applied.unchanged,
    })
    return { sum, last: found.length === LETTER_BATCH ? found.at(-1)?.id : undefined }
  })
  addSum(plan, planned.sum)
  return planned.last
}

/** The records that a complete enumeration would take out of use, those included that a person would be asked about. */
async function planMissing(plan: Plan): Promise<void> {
  const { deps, pass } = plan.caller
  const { connection, stream } = plan.job
  const sum = await deps.db.transaction('sync.plan-missing', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    const found = await selectUnnamed(tx, { connection, entity: stream.entity }, plan.named, plan.startedAt)
    let total = 0n
    // Batch by batch: so many names are hashed that the transaction would stay silent for too long.
    for (let start = 0; start < found.missing.length; start += ITEM_BATCH) {
      const batch = found.missing.slice(start, start + ITEM_BATCH)
      const items = batch.map((externalId): PlanItem => ({ op: 'delete', externalId, fields: {} }))
      await insertPlanItems(tx, pass, items)
      total += sumOf(stream.name, items)
    }
    const missing = found.missing.length
    const seenAny = hasNamed(plan)
    const reason = findValveReason({ ...found, missing, seenAny }, plan.nameless)
    if (plan.isCounted) {
      await setMissing(tx, pass, missing)
      await pass.count(tx, { deleted: reason === undefined ? missing : 0 })
    }
    return total
  })
  addSum(plan, sum)
}

function addSum(plan: Plan, sum: bigint): void {
  plan.sum = (plan.sum + sum) % SUM_MODULUS
}

/** The sum does not depend on the order of the items. */
function sumOf(stream: string, items: readonly PlanItem[]): bigint {
  let sum = 0n
  for (const { op, externalId, fields } of items) {
    const text = JSON.stringify([stream, op, externalId, fields])
    sum += BigInt(`0x${crypto.hash('sha256', text, 'hex').slice(0, 32)}`)
  }
  return sum % SUM_MODULUS
}
