import type { Context } from 'hono'
import { coreError, type CoreAnswer } from './core-answer.ts'
import type { Midtrans } from './midtrans-state.ts'

/** How long a successful answer is replayed. */
const REPLAY_MS = 5 * 60_000
/** Longer keys are ignored without a word. */
const MAX_KEY_LENGTH = 46

/**
 * Runs a Core API POST once per `Idempotency-Key`: a successful answer is replayed for five minutes whatever
 * the new body or path is; while the first call runs the answer is 202.
 * @see payments.md 1.9
 */
export function oncePerKey(
  midtrans: Midtrans,
  c: Context,
  body: unknown,
  action: () => CoreAnswer,
): CoreAnswer {
  const key = c.req.header('idempotency-key')
  if (!key || key.length > MAX_KEY_LENGTH || isUnsupported(body)) return action()
  const now = midtrans.context.clock.now()
  const stored = midtrans.idempotent.get(key)
  if (stored && now.getTime() - stored.storedAt.getTime() < REPLAY_MS) {
    return stored.body ? { body: stored.body } : coreError(midtrans, '202', 'Request is being processed')
  }
  midtrans.idempotent.set(key, { storedAt: now })
  const answer = action()
  if (String(answer.body.status_code).startsWith('2'))
    midtrans.idempotent.set(key, { storedAt: now, body: answer.body })
  else midtrans.idempotent.delete(key)
  return answer
}

/** Permata and Indomaret take no idempotency key. */
function isUnsupported(body: unknown): boolean {
  const text = JSON.stringify(body ?? null)
  return text.includes('"permata"') || text.includes('"indomaret"')
}
