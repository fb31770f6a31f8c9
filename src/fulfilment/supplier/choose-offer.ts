import type { Tx } from '#platform/database.ts'
import { selectAttempts, type Attempt } from './attempts-store.ts'
import { selectUsableOffers, type Candidate } from './offer-view-store.ts'
import type { Purchase } from './purchase.ts'
import { rankOffers } from './rank-offers.ts'
import { takesTarget } from './target-form.ts'

/** Ends of an attempt that pass by themselves: the supplier or our account had trouble, not the goods. */
const PASSING: ReadonlySet<string | null> = new Set([
  'account',
  'throttled',
  'not_sent',
  'unreachable',
  'paused',
  'circuit_open',
  'target_held',
])

/** What a slot needs: for which SKU and target, and what was paid. */
export type Slot = Pick<Purchase, 'line_id' | 'slot' | 'sku_id' | 'unit_price' | 'target_no' | 'target_zone'>

/** An offer for a slot; `ready` when its supplier can be asked now. */
export type Choice = { offer: Candidate; ready: boolean }

/**
 * The best offer that a slot has not used up, or undefined when none is left. Offers that refused it are out, and so is
 * every offer of a supplier that failed it: goods of an order that was called failed may still arrive, and the same
 * supplier would deliver them twice at the same place. A supplier that just had trouble comes after all others, and so does
 * one whose purchase for the same target a person had: two such never hand a slot to and fro.
 * `busy` is a supplier that cannot take this slot now.
 */
export async function chooseOffer(
  tx: Tx,
  slot: Slot,
  avoidForMs: number,
  busy?: string,
): Promise<Choice | undefined> {
  const [attempts, candidates] = await Promise.all([
    selectAttempts(tx, slot),
    selectUsableOffers(tx, slot.sku_id, slot.unit_price),
  ])
  const left = candidates.filter(
    (offer) =>
      takesTarget(offer.target_form, slot.target_zone) &&
      !attempts.some((attempt) => rulesOut(attempt, offer)),
  )
  const ranked = rankOffers(left)
  const ready = ranked.find((offer) => offer.supplier !== busy && isReady(offer, attempts, avoidForMs))
  if (ready !== undefined) return { offer: ready, ready: true }
  const [first] = ranked
  return first === undefined ? undefined : { offer: first, ready: false }
}

function isReady(offer: Candidate, attempts: readonly Attempt[], avoidForMs: number): boolean {
  return !offer.paused && !offer.broken && !attempts.some((attempt) => isFresh(attempt, offer, avoidForMs))
}

function rulesOut(attempt: Attempt, offer: Candidate): boolean {
  if (attempt.state === 'REFUSED') return attempt.offer_id === offer.id
  return (
    attempt.state === 'FAILED' && !PASSING.has(attempt.failure_code) && attempt.supplier === offer.supplier
  )
}

function isFresh(attempt: Attempt, offer: Candidate, avoidForMs: number): boolean {
  const hasEnded = attempt.state === 'NOT_PLACED' || attempt.state === 'FAILED'
  return (
    hasEnded &&
    attempt.supplier === offer.supplier &&
    PASSING.has(attempt.failure_code) &&
    (attempt.failure_code === 'target_held' || attempt.ended_for_ms < avoidForMs)
  )
}
