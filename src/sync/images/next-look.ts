const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A mirrored picture whose record does not change is still asked after, in case its source changes it silently. */
export const RECHECK_SECONDS = 7 * DAY
/** A source that is down now may be up in a while; one that says no will rarely say yes tomorrow. */
const PASSING_BASE = 10 * MINUTE
const LASTING_BASE = 6 * HOUR
const MAX_WAIT = 7 * DAY
/** Beyond this many doublings the wait is at its end anyway. */
const MAX_DOUBLINGS = 16

/** Seconds until a picture that failed is tried again: doubles with every failure in a row, up to a week. */
export function retrySeconds(failuresBefore: number, isLasting: boolean): number {
  const base = isLasting ? LASTING_BASE : PASSING_BASE
  return Math.min(MAX_WAIT, base * 2 ** Math.min(failuresBefore, MAX_DOUBLINGS))
}
