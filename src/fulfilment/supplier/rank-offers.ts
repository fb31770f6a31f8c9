import type { Candidate } from './offer-view-store.ts'
import { SECOND_STEPS } from './scores-store.ts'

/** More than this above the cheapest is not paid for a supplier that works better, in basis points of the cheapest. */
export const RELIABILITY_BUDGET_BPS = 300
/** An unknown supplier counts like one that delivered 19 of 20: worth trying, and soon known. */
const PRIOR_DELIVERED = 19
const PRIOR_ENDED = 20
/** Purchases whose end is not known, up to which a supplier is trusted; each further one counts as failed until it ends. */
const OPEN_ON_TRUST = 5
/** What a certain failure would be worth avoiding, in basis points of the cost: another try and a buyer who waits. */
const FAILURE_WORTH_BPS = 2_000
/** A 95th percentile up to this is what buyers expect; each second more is worth this, up to a limit. */
const EXPECTED_SECONDS = 20
const SECOND_WORTH_BPS = 5
const SLOWNESS_AT_MOST_BPS = 600
const BPS = 10_000

/**
 * The offers of a SKU, best first. Suppliers that work come first: among those within the reliability budget of the
 * cheapest the least adjusted cost wins, the others follow by cost. Then come open circuits and paused suppliers. A
 * function of the candidates alone; equals are told apart by cost and id.
 */
export function rankOffers<Offer extends Candidate>(candidates: readonly Offer[]): Offer[] {
  const byCost = candidates.toSorted((one, other) => one.cost - other.cost || compare(one.id, other.id))
  const working = byCost.filter((offer) => !offer.paused && !offer.broken)
  const limit = affordable(working[0]?.cost ?? 0)
  const inBudget = working
    .filter((offer) => offer.cost <= limit)
    .toSorted((one, other) => adjustedCost(one) - adjustedCost(other) || one.cost - other.cost)
  return [
    ...inBudget,
    ...working.filter((offer) => offer.cost > limit),
    ...byCost.filter((offer) => !offer.paused && offer.broken),
    ...byCost.filter((offer) => offer.paused),
  ]
}

/** The most that may be paid where the cheapest costs `cheapest`. */
export function affordable(cheapest: number): number {
  return cheapest + Math.floor((cheapest * RELIABILITY_BUDGET_BPS) / BPS)
}

/** What an offer costs with the price of its supplier's failures and slowness added, in whole rupiah. */
export function adjustedCost(offer: Candidate): number {
  const penalty = failurePenalty(offer) + slownessPenalty(offer.seconds)
  return offer.cost + Math.floor((offer.cost * penalty) / BPS)
}

function failurePenalty({ delivered, failed, open }: Candidate): number {
  const ended = PRIOR_ENDED + delivered + failed + Math.max(0, open - OPEN_ON_TRUST)
  const lost = ended - PRIOR_DELIVERED - delivered
  return Math.floor((FAILURE_WORTH_BPS * lost) / ended)
}

function slownessPenalty(seconds: readonly number[]): number {
  const late = Math.max(0, (percentile95(seconds) ?? 0) - EXPECTED_SECONDS)
  return Math.min(SLOWNESS_AT_MOST_BPS, late * SECOND_WORTH_BPS)
}

/** The upper end of the step that holds the 95th of hundred deliveries, in seconds; null without deliveries. */
export function percentile95(seconds: readonly number[]): number | null {
  const total = seconds.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let seen = 0
  for (const [step, count] of seconds.entries()) {
    seen += count
    if (seen * 100 >= total * 95) return SECOND_STEPS[step] ?? BEYOND_SECONDS
  }
  return BEYOND_SECONDS
}

/** Stands for every time beyond the last step. */
const BEYOND_SECONDS = 1_800

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
