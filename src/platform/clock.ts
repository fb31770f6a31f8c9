/** A source of the current time. Rules never read it themselves: they are given `now`. */
export type Clock = { now(): Date }

/** The machine's clock. The only place of the product code that reads it. */
export const systemClock: Clock = { now: () => new Date() }

/** Monotonic milliseconds for measuring durations; unrelated to the time of day. */
export function elapsedMs(): number {
  return performance.now()
}
