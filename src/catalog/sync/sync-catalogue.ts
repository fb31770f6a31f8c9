import { bumpTags } from '#platform/cache-tags.ts'
import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { CATALOG_TAG } from '../catalog-reads.ts'
import type { SupplierCatalogue } from '../ports.ts'
import type { Run, RunStream } from '../sync-run.ts'
import { checkOffers, type CheckedOffer, type CheckedOffers, type RowError } from './check-offers.ts'
import {
  classifyOffers,
  countKnownOffers,
  followOffers,
  listMissingOffers,
  markOffersMissing,
  writeOffers,
  type ChangedOffer,
} from './offers-store.ts'
import { placeOffers } from './place-offers.ts'
import { closeRun, holdRun, openRun } from './runs-store.ts'

export type SyncDeps = {
  db: Database
  supplier: SupplierCatalogue
  clock: Clock
  /** Recalculates prices inside the given transaction; pricing's part, handed in by the composition root. */
  reprice(tx: Tx, skuIds: readonly string[], now: Date): Promise<unknown>
}

/** Rows of one transaction: locks are held for tens of milliseconds, and a crash loses one batch of work. */
const BATCH = 1_000
/** A list that lost more of what we know than this is taken for a fault of the supplier. */
const MAX_MISSING_PERCENT = 30
/** Reasons kept with a run; the counts are complete. */
const MAX_ERRORS = 50

type Work = {
  run: Pick<Run, 'runId' | 'connection' | 'trigger' | 'kind'>
  stream: RunStream
  errors: RowError[]
}

/** Another process took the run over: this one must not write any more. */
class RunTakenOver extends Error {}

/**
 * Pulls a supplier's catalogue: writes the offers that changed, gives new ones a product and a SKU, takes missing
 * ones off sale, and recalculates the prices they touch. A reconciler: it takes no input, and after a crash the
 * next run finishes the work. An unbelievable list (empty, unreadable, or much shorter than what we know) changes
 * nothing and ends as `refused`. A dry run returns the same counts and writes nothing but its own row.
 */
export async function syncCatalogue(
  deps: SyncDeps,
  options: { trigger: Run['trigger']; dryRun?: boolean },
): Promise<Result<Run, { code: 'busy' }>> {
  const kind = options.dryRun ? 'dry' : 'live'
  const run = { runId: newId(), connection: deps.supplier.supplier, trigger: options.trigger, kind } as const
  const opened = await deps.db.transaction('catalog.open-run', { role: 'worker' }, (tx) => openRun(tx, run))
  if (!opened) return err({ code: 'busy' })
  const work: Work = { run, stream: emptyStream(), errors: [] }
  try {
    return ok(await close(deps, work, await pull(deps, work)))
  } catch (error) {
    work.errors.unshift({
      code: error instanceof RunTakenOver ? 'taken_over' : 'broken',
      detail: describe(error),
    })
    const closed = await close(deps, work, 'failed')
    if (error instanceof RunTakenOver) return ok(closed)
    throw error
  }
}

async function pull(deps: SyncDeps, work: Work): Promise<Run['status']> {
  const fetched = await deps.supplier.fetchOffers()
  if (!fetched.ok) {
    work.errors.push({ code: fetched.error.code, detail: fetched.error.detail })
    return 'failed'
  }
  const checked = checkOffers(fetched.value)
  work.stream.pages = 1
  work.stream.seen = fetched.value.length
  work.stream.rejected = checked.rejected.length
  work.errors.push(...checked.rejected.slice(0, MAX_ERRORS))
  const distrust = await findDistrust(deps, checked)
  if (distrust !== undefined) {
    work.errors.unshift(distrust)
    return 'refused'
  }
  for (let start = 0; start < checked.offers.length; start += BATCH) {
    await applyBatch(deps, work, checked.offers.slice(start, start + BATCH))
  }
  await takeOffSale(deps, work, [...checked.present])
  return 'succeeded'
}

/** Why a list is not believed, or undefined. Rejected rows count as missing here: they may be all we have. */
async function findDistrust(deps: SyncDeps, checked: CheckedOffers): Promise<RowError | undefined> {
  const { supplier } = deps.supplier
  const codes = checked.offers.map((offer) => offer.code)
  const [known, missing] = await deps.db.transaction('catalog.compare-offers', { role: 'worker' }, (tx) =>
    Promise.all([countKnownOffers(tx, supplier), listMissingOffers(tx, supplier, codes)]),
  )
  if (checked.offers.length === 0 && checked.rejected.length > 0) {
    return { code: 'all_rejected', detail: 'not one row could be read' }
  }
  if (checked.offers.length === 0 && known > 0) {
    return { code: 'empty_catalogue', detail: `the list is empty, ${known} offers are known` }
  }
  if (missing.length * 100 > known * MAX_MISSING_PERCENT) {
    return {
      code: 'too_many_missing',
      detail: `${missing.length} of ${known} known offers are not in the list`,
    }
  }
  return undefined
}

async function applyBatch(deps: SyncDeps, work: Work, batch: CheckedOffer[]): Promise<void> {
  const { supplier } = deps.supplier
  const isDry = work.run.kind === 'dry'
  const now = deps.clock.now()
  const outcome = await deps.db.transaction('catalog.apply-offers', { role: 'worker' }, async (tx) => {
    const holding = requireRun(tx, work)
    const [changed] = await Promise.all([classifyOffers(tx, supplier, batch), holding])
    const unplaced =
      isDry || changed.length === 0 ? [] : await writeChanged(deps, tx, { batch, changed, now })
    return { changed, unplaced }
  })
  const created = outcome.changed.filter((offer) => offer.isNew).length
  work.stream.created += created
  work.stream.updated += outcome.changed.length - created
  work.stream.unchanged += batch.length - outcome.changed.length
  work.errors.push(...outcome.unplaced)
}

async function writeChanged(
  deps: SyncDeps,
  tx: Tx,
  part: { batch: CheckedOffer[]; changed: ChangedOffer[]; now: Date },
): Promise<RowError[]> {
  const byCode = new Map(part.batch.map((offer) => [offer.code, offer]))
  const pairs = part.changed.flatMap((before) => {
    const offer = byCode.get(before.code)
    return offer === undefined ? [] : [{ offer, before }]
  })
  const { writes, unplaced } = await placeOffers(tx, pairs, part.now)
  await writeOffers(tx, deps.supplier.supplier, writes, part.now)
  await follow(
    deps,
    tx,
    [...writes.map((write) => write.skuId), ...part.changed.map((before) => before.skuId)],
    part.now,
  )
  return unplaced
}

async function takeOffSale(deps: SyncDeps, work: Work, present: string[]): Promise<void> {
  const { supplier } = deps.supplier
  const now = deps.clock.now()
  work.stream.deleted = await deps.db.transaction('catalog.drop-offers', { role: 'worker' }, async (tx) => {
    const holding = requireRun(tx, work)
    const [missing] = await Promise.all([listMissingOffers(tx, supplier, present), holding])
    if (missing.length === 0 || work.run.kind === 'dry') return missing.length
    await follow(deps, tx, await markOffersMissing(tx, supplier, missing, now), now)
    return missing.length
  })
}

/** Availability and price of the SKUs behind offers, in the transaction that changed the offers. */
async function follow(deps: SyncDeps, tx: Tx, skuIds: readonly (string | null)[], now: Date): Promise<void> {
  const touched = [...new Set(skuIds.filter((id) => id !== null))].sort()
  if (touched.length === 0) return
  // Prices first: they lock the margin rules before the SKUs, as a change of rules does.
  await deps.reprice(tx, touched, now)
  await followOffers(tx, touched, now)
  await bumpTags(tx, [CATALOG_TAG])
}

async function requireRun(tx: Tx, work: Work): Promise<void> {
  if (!(await holdRun(tx, work.run.runId))) throw new RunTakenOver('the run took too long and was taken over')
}

async function close(deps: SyncDeps, work: Work, status: Run['status']): Promise<Run> {
  const errors = work.errors.slice(0, MAX_ERRORS)
  const streams = [work.stream]
  const closed = await deps.db.transaction('catalog.close-run', { role: 'worker' }, (tx) =>
    closeRun(tx, work.run.runId, { status, streams, errors }),
  )
  const at = deps.clock.now().toISOString()
  return closed ?? { ...work.run, status: 'failed', startedAt: at, finishedAt: at, streams, errors }
}

function emptyStream(): RunStream {
  return {
    stream: 'offers',
    seen: 0,
    created: 0,
    updated: 0,
    unchanged: 0,
    rejected: 0,
    deleted: 0,
    pages: 0,
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : 'unknown'
}
