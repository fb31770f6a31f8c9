import type { CutOff } from '../ports.ts'

/**
 * How often a supplier is pulled: whether it can deliver changes within minutes, and who sells what is out pays with
 * refunds. Digiflazz allows its whole list once per five minutes, so this leaves room for runs by hand.
 */
export const SUPPLIER_PULL_MINUTES = 30
const PULL_MS = SUPPLIER_PULL_MINUTES * 60_000
/** An offer that went away more often than this within `FLAP_WINDOW_MS` is flapping: buyers would meet it half gone. */
export const MAX_DROPS = 2
/**
 * Coming and going shows at pulls only, so one that changes with every pull goes away once in two of them. Twelve pulls
 * are six chances to go: three of them are a habit, while an outage in the morning is forgotten by the evening.
 */
export const FLAP_WINDOW_MS = 12 * PULL_MS
/** A flapping offer is sold again when the next pull after its return has seen it too, even one that came late. */
export const HOLD_MS = 1.5 * PULL_MS
/** Western Indonesian time has no daylight saving: always seven hours ahead. */
const JAKARTA_OFFSET_MINUTES = 7 * 60
const MINUTES_PER_DAY = 24 * 60

/** What is remembered of an offer's coming and going. `drops` are the latest times it went away, oldest first. */
export type Steadiness = { offered: boolean; drops: readonly Date[]; heldUntil: Date | null }

/**
 * The steadiness of an offer after the supplier said `offered`. Going away counts at once; the first returns are
 * immediate, and one that went away more than `MAX_DROPS` times within `FLAP_WINDOW_MS` is held back for `HOLD_MS`.
 */
export function followOffered(before: Steadiness, offered: boolean, now: Date): Steadiness {
  if (before.offered === offered) return before
  if (!offered) return { offered, drops: [...before.drops, now].slice(-MAX_DROPS - 1), heldUntil: null }
  const oldest = before.drops[before.drops.length - 1 - MAX_DROPS]
  const isFlapping = oldest !== undefined && now.getTime() - oldest.getTime() < FLAP_WINDOW_MS
  return { ...before, offered, heldUntil: isFlapping ? new Date(now.getTime() + HOLD_MS) : null }
}

/** Whether an offer can be bought from at this moment. */
export function isAvailable(offer: Steadiness, cutOff: CutOff | null, now: Date): boolean {
  if (!offer.offered || (offer.heldUntil !== null && offer.heldUntil > now)) return false
  return cutOff === null || !isCutOff(cutOff, now)
}

/** Whether the moment lies within the daily pause; equal start and end mean none. */
export function isCutOff({ start, end }: CutOff, now: Date): boolean {
  const minute = (Math.floor(now.getTime() / 60_000) + JAKARTA_OFFSET_MINUTES) % MINUTES_PER_DAY
  return start <= end ? minute >= start && minute < end : minute >= start || minute < end
}
