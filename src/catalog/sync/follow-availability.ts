import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import { cutOffOf, followSkus, type Reprice } from './apply-offers.ts'
import { isAvailable } from './availability.ts'
import { loadClockedOffers, lockOffers, writeAvailability, type StoredOffer } from './offers-store.ts'

export type AvailabilityDeps = { db: Database; clock: Clock; reprice: Reprice }

/** Offers of one statement: a whole catalogue with cut-off times is read in a few of them. */
const PAGE = 1_000
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000'

/**
 * Lets the clock act on offers: those held back return when their time is over, and cut-off windows open and close.
 * Returns how many offers changed. To be called every minute; writes nothing when nothing changed.
 */
export async function followAvailability(deps: AvailabilityDeps): Promise<{ changed: number }> {
  const now = deps.clock.now()
  return deps.db.transaction('catalog.follow-availability', { role: 'worker' }, async (tx) => {
    // Mostly nothing is due: then nobody is waited for. What is due is read again once nobody else writes.
    if ((await listMoved(tx, now)).length === 0) return { changed: 0 }
    await lockOffers(tx)
    const moved = await listMoved(tx, now)
    if (moved.length > 0) await store(deps, tx, moved, now)
    return { changed: moved.length }
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

async function store(
  deps: AvailabilityDeps,
  tx: Tx,
  moved: readonly StoredOffer[],
  now: Date,
): Promise<void> {
  await writeAvailability(tx, moved, now)
  await followSkus(
    deps,
    tx,
    moved.map((offer) => offer.skuId),
    { now, origin: { cause: 'clock' } },
  )
}

/** The offer as it is to be stored, if that differs from what is. */
function moveOn(offer: StoredOffer, now: Date): StoredOffer[] {
  const heldUntil = offer.heldUntil !== null && offer.heldUntil > now ? offer.heldUntil : null
  const available = isAvailable({ ...offer, heldUntil }, cutOffOf(offer), now)
  const isSame = available === offer.available && heldUntil === offer.heldUntil
  return isSame ? [] : [{ ...offer, available, heldUntil }]
}
