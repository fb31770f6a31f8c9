import type { SupplierTraits } from '../ports.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** All waits around a purchase, in milliseconds. */
export type PurchaseTiming = {
  /** From the claim to the call at most; a process that slept longer must not send any more. */
  sendWithinMs: number
  /** A purchase in flight this long has lost its process: longer than the order call may take, plus a margin. */
  lostAfterMs: number
  /** Before a lost answer is looked up: the supplier may still be writing its order. @see suppliers.md 1.11 step 5 */
  firstLookupMs: number
  lookupEveryMs: number
  /** How long the order list has to stay without our order before it counts as not placed. */
  resolveWindowMs: number
  /** What is in doubt this long, for whatever reason, is for a person. */
  resolveDeadlineMs: number
  /** Waits between looks for the order of a purchase in doubt that a person holds; the last one repeats. */
  lateLookupEveryMs: readonly number[]
  /** Waits between status questions about an accepted purchase; the last one repeats. */
  checkEveryMs: readonly number[]
  /** An accepted purchase that is still open then is for a person. */
  acceptedDeadlineMs: number
  /** Waits before a new attempt when the supplier did nothing; the last one repeats. */
  retryEveryMs: readonly number[]
  /** Waits while another purchase for the same target is in doubt; the last one repeats. */
  sameTargetEveryMs: readonly number[]
  /** Waits while the process has as many calls at the supplier as it may; the last one repeats. */
  busyEveryMs: readonly number[]
  /** A slot goes back to a supplier that just had trouble after this at the earliest, while another one sells. */
  avoidForMs: number
  /** Calls about one purchase lie at least this far apart; left out, the supplier's own time counts. */
  repeatAfterMs?: number
  /** A balance older than this is read anew. */
  balanceEveryMs: number
  /** The sweeper leaves a waiting intent to its own job for this long. */
  intentGraceMs: number
  /** A buyer's money is not held longer than this for a supplier that takes no orders. */
  maxWaitMs: number
}

/** The waits of production. */
export const PURCHASE_TIMING: PurchaseTiming = {
  sendWithinMs: 10 * SECOND,
  lostAfterMs: 90 * SECOND,
  firstLookupMs: 30 * SECOND,
  lookupEveryMs: 30 * SECOND,
  resolveWindowMs: 5 * MINUTE,
  resolveDeadlineMs: 15 * MINUTE,
  lateLookupEveryMs: [1, 5, 15].map((minutes) => minutes * MINUTE),
  checkEveryMs: [2, 3, 5, 10, 30, 60].map((seconds) => seconds * SECOND),
  acceptedDeadlineMs: 6 * HOUR,
  retryEveryMs: [5, 15, 60, 300].map((seconds) => seconds * SECOND),
  sameTargetEveryMs: [3, 6, 12, 30].map((seconds) => seconds * SECOND),
  busyEveryMs: [0.5, 1, 2, 5].map((seconds) => seconds * SECOND),
  avoidForMs: MINUTE,
  balanceEveryMs: 5 * MINUTE,
  intentGraceMs: 30 * SECOND,
  maxWaitMs: 24 * HOUR,
}

/** The waits in force. */
export function timingOf(deps: { timing?: Partial<PurchaseTiming> }): PurchaseTiming {
  return { ...PURCHASE_TIMING, ...deps.timing }
}

/** How far apart calls about one purchase of a supplier must lie; 0 where it is only looked up. */
export function repeatAfterOf(
  deps: { timing?: Partial<PurchaseTiming>; suppliers: ReadonlyMap<string, { traits: SupplierTraits }> },
  supplier: string,
): number {
  const traits = deps.suppliers.get(supplier)?.traits
  if (traits === undefined || !traits.repeatable) return 0
  return deps.timing?.repeatAfterMs ?? traits.repeatAfterMs
}

/** The wait before turn number `turn` (from 0) of a list whose last entry repeats. */
export function waitOf(waits: readonly number[], turn: number): number {
  return waits[Math.min(turn, waits.length - 1)] ?? 0
}
