import type { Random } from '../random.ts'
import type { RetryPolicy } from '../webhook-sender.ts'

const MINUTE_MS = 60_000
const RETRY_DELAYS_MS = [2, 10, 30, 90, 210].map((minutes) => minutes * MINUTE_MS)
/** Share by which each wait is shifted at random, either way. */
const JITTER = 0.1

/** Returns how Midtrans repeats notifications. @see payments.md 1.6, "Delivery" */
export function notificationRetries(random: Random): RetryPolicy {
  return {
    timeoutMs: 15_000,
    maxRedirects: 5,
    retriesAfter,
    delayMs(attempt) {
      const base = RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length) - 1] ?? 0
      return Math.round(base * (1 - JITTER + 2 * JITTER * random.next()))
    },
  }
}

function retriesAfter(status: number | undefined): number {
  if (status === 301 || status === 302 || status === 303) return 0
  if (status === 400 || status === 404) return 2
  if (status === 500) return 1
  if (status === 503) return 4
  return RETRY_DELAYS_MS.length
}
