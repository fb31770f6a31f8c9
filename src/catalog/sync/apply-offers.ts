import type { RecordWrite, WriteContext } from '#sync'
import { bumpTags } from '#platform/cache-tags.ts'
import type { Tx } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import { CATALOG_TAG } from '../catalog-reads.ts'
import type { CutOff } from '../ports.ts'
import { followOffered, isAvailable, type Steadiness } from './availability.ts'
import { isSameValue, type OfferValue } from './offer-value.ts'
import {
  appendCosts,
  followOffers,
  loadOffers,
  lockOffers,
  markOffersMissing,
  supersedeOffers,
  writeOffers,
  type OfferWrite,
  type StoredOffer,
} from './offers-store.ts'
import { placeOffers } from './place-offers.ts'

/** Why prices are recalculated: a run that wrote offers, or the clock. */
export type RepriceOrigin = { cause: 'run'; runId: string } | { cause: 'clock' }

/** Recalculates prices inside the given transaction; pricing's part, handed in by the composition root. */
export type Reprice = (
  tx: Tx,
  skuIds: readonly string[],
  now: Date,
  origin: RepriceOrigin,
) => Promise<unknown>

export type ApplyDeps = { reprice: Reprice; log: Log }

const FRESH: Steadiness = { offered: true, drops: [], heldUntil: null }

/**
 * Writes the offers that really differ from what is stored, gives new ones a product and a SKU, notes changed costs,
 * and lets availability and prices of the SKUs follow. Locks: offers, then rules, SKUs, prices.
 */
export async function applyOffers(
  deps: ApplyDeps,
  tx: Tx,
  rows: readonly RecordWrite<OfferValue>[],
  context: WriteContext,
): Promise<void> {
  const { now, runId, connection } = context
  const locking = lockOffers(tx)
  const [stored] = await Promise.all([
    loadOffers(
      tx,
      rows.map((row) => row.localId),
    ),
    locking,
  ])
  const changed = rows
    .map((row) => ({ row, before: stored.get(row.localId) }))
    .filter(({ row, before }) => before === undefined || !isSettled(before, row.value, now))
  if (changed.length === 0) return
  const created = changed.filter(({ before }) => before === undefined)
  const given = created.map(({ row }) => ({ id: row.localId, code: row.externalId }))
  const superseded = given.length === 0 ? [] : await supersedeOffers(tx, connection, given, now)
  const { skuIds, unplaced } = await placeOffers(
    tx,
    changed.map(({ row, before }) => ({ id: row.localId, offer: row.value, before: before ?? null })),
    now,
  )
  const writes = changed.map(({ row, before }) =>
    toWrite(row, before, { skuId: skuIds.get(row.localId) ?? null, now }),
  )
  await writeOffers(tx, connection, writes, now)
  const costs = changed
    .filter(({ row, before }) => before?.cost !== row.value.cost)
    .map(({ row }) => ({ offerId: row.localId, cost: row.value.cost }))
  await appendCosts(tx, costs, { runId, now })
  const touched = [...writes, ...changed.map(({ before }) => before)].map((offer) => offer?.skuId ?? null)
  await followSkus(deps, tx, [...touched, ...superseded], { now, origin: { cause: 'run', runId } })
  if (unplaced.length > 0)
    deps.log.warn({ connection, codes: unplaced }, 'offers found no SKU: another product has it')
}

/** Takes offers off sale that their supplier does not list any more. */
export async function dropOffers(
  deps: ApplyDeps,
  tx: Tx,
  ids: readonly string[],
  context: WriteContext,
): Promise<void> {
  const { now, runId } = context
  const locking = lockOffers(tx)
  const [stored] = await Promise.all([loadOffers(tx, ids), locking])
  const gone = [...stored.values()].map((offer) => ({ ...offer, ...followOffered(offer, false, now) }))
  await markOffersMissing(tx, gone, now)
  await followSkus(
    deps,
    tx,
    gone.map((offer) => offer.skuId),
    { now, origin: { cause: 'run', runId } },
  )
}

/** Availability and price of the SKUs behind offers, in the transaction that changed the offers. */
export async function followSkus(
  deps: Pick<ApplyDeps, 'reprice'>,
  tx: Tx,
  skuIds: readonly (string | null)[],
  why: { now: Date; origin: RepriceOrigin },
): Promise<void> {
  const touched = [...new Set(skuIds.filter((id) => id !== null))].sort()
  if (touched.length === 0) return
  // Prices first: they lock the margin rules before the SKUs, as a change of rules does.
  await deps.reprice(tx, touched, why.now, why.origin)
  await followOffers(tx, touched, why.now)
  await bumpTags(tx, [CATALOG_TAG])
}

/** The daily pause of a stored offer. */
export function cutOffOf(offer: Pick<OfferValue, 'cutOffStart' | 'cutOffEnd'>): CutOff | null {
  const { cutOffStart: start, cutOffEnd: end } = offer
  return start === null || end === null ? null : { start, end }
}

/** Whether what is stored is what the supplier says, and is offered as that demands. */
function isSettled(stored: StoredOffer, value: OfferValue, now: Date): boolean {
  return isSameValue(stored, value) && stored.available === isAvailable(stored, cutOffOf(stored), now)
}

function toWrite(
  row: RecordWrite<OfferValue>,
  before: StoredOffer | undefined,
  at: { skuId: string | null; now: Date },
): OfferWrite {
  const { value } = row
  const state = followOffered(before ?? { ...FRESH, offered: value.offered }, value.offered, at.now)
  return {
    ...value,
    drops: state.drops,
    heldUntil: state.heldUntil,
    id: row.localId,
    code: row.externalId,
    skuId: at.skuId,
    available: isAvailable(state, cutOffOf(value), at.now),
  }
}
