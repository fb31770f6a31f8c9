import { parseJson } from '../control.ts'
import type { RetryPolicy } from '../webhook-sender.ts'

const RETRY_DELAY_MS = 120_000
/** Three attempts in all. */
const RETRIES = 2

/** How Tokopay repeats webhooks: until it reads `{"status": true}`. @see payments.md 2.8 */
export const webhookRetries: RetryPolicy = {
  timeoutMs: 15_000,
  maxRedirects: 0,
  retriesAfter: () => RETRIES,
  delayMs: () => RETRY_DELAY_MS,
  isTaken({ status, body }) {
    const answer = parseJson(body)
    return (
      status === 200 &&
      typeof answer === 'object' &&
      answer !== null &&
      'status' in answer &&
      answer.status === true
    )
  },
}
