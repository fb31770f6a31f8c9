import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import { cutOffOf, followSkus, type Reprice } from './apply-offers.ts'
import { isAvailable } from './availability.ts'
import {
  followOrderable,
  followRest,
  hasWrongOrderable,
  hasWrongRest,
  loadClockedOffers,
  lockOffers,
  writeAvailability,
  type StoredOffer,
} from './offers-store.ts'

/**
 * `suppliers`: whose offers can be ordered, by id; the ones of everybody else are not sold. `atRest`: suppliers that are
 * paused for now; their offers keep what they are and are not sold either.
 */
export type AvailabilityDeps = {
  db: Database
  clock: Clock
  reprice: Reprice
  suppliers: ReadonlyMap<string, unknown>
  atRest?: readonly string[]
}

/** Offers of one statement: a whole catalogue with cut-off times is read in a few of them. */
const PAGE = 1_000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/**
 * Lets the clock and the configuration act on offers: those held back return when their time is over, cut-off windows
 * open and close, and offers are sold only while their supplier takes orders, whether or not it is still pulled. Returns
 * how many changes there were. To be called at start and every minute; writes nothing when nothing changed.
 */
export async function followAvailability(deps: AvailabilityDeps): Promise<{ changed: number }> {
  const now = deps.clock.now()
  const suppliers = [...deps.suppliers.keys()]
  const atRest = deps.atRest ?? []
  return deps.db.transaction('catalog.follow-availability', { role: 'worker' }, async (tx) => {
    // Mostly nothing is due: then nobody is waited for. What is due is read again once nobody else writes.
    const [isWrong, isWronglyAtRest, due] = await Promise.all([
      hasWrongOrderable(tx, suppliers),
      hasWrongRest(tx, atRest),
      listMoved(tx, now),
    ])
    if (!isWrong && !isWronglyAtRest && due.length === 0) return { changed: 0 }
    await lockOffers(tx)
    const moved = await listMoved(tx, now)
    if (moved.length > 0) await writeAvailability(tx, moved, now)
    const skuIds = [...(await followOrderable(tx, suppliers, now)), ...(await followRest(tx, atRest, now))]
    const touched = [...moved.map((offer) => offer.skuId), ...skuIds]
    await followSkus(deps, tx, touched, { now, origin: { cause: 'clock' } })
    return { changed: moved.length + skuIds.length }
  })
}

async function listMoved(tx: Tx, now: Date): Promise<StoredOffer[]> {
  const moved: StoredOffer[] = []
  for (let after: string | undefined = BEFORE_ALL; after !== undefined;) {
    const page: StoredOffer[] = await loadClockedOffers(tx, after, PAGE)
    moved.push(...page.flatMap((offer) => moveOn(offer, now)))
    after = page.length < PAGE ? undefined : page.at(-1)?.id
  }
  return moved
}

/** The offer as it is to be stored, if that differs from what is. */
function moveOn(offer: StoredOffer, now: Date): StoredOffer[] {
  const heldUntil = offer.heldUntil !== null && offer.heldUntil > now ? offer.heldUntil : null
  const available = isAvailable({ ...offer, heldUntil }, cutOffOf(offer), now)
  const isSame = available === offer.available && heldUntil === offer.heldUntil
  return isSame ? [] : [{ ...offer, available, heldUntil }]
}
