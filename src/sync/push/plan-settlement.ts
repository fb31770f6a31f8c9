import type { OutboundTarget } from '../ports.ts'

/**
 * Systems forget keys, most of them after a day. An older create is not repeated under its key: that could be a second
 * one. Updates carry the whole record and may be repeated at any time.
 */
export const KEY_TRUST_MS = 20 * 3_600_000

/** A call that is about to go out is given up when its process slept for longer than this in between. */
export const SEND_WITHIN_MS = 10_000

/** One call may take this long. */
export const CALL_LIMIT_MS = 30_000

/**
 * Only after this long without a sign may "there is none" be believed: a call that was about to go out has been sent or
 * given up by then, it has timed out, and the system has had time to show what it did.
 */
export const QUIET_MS = 120_000

/** Lookups that fail before a person is asked. With growing waits between them that is about half an hour. */
export const SETTLE_TRIES = 12

/**
 * How an open attempt is settled. `resend`: the stored body under its own key. `ask`: look the record up; that there is
 * none counts only when `isQuiet`. `overwrite`: whatever became of this update, the next one replaces it. `wait`: until
 * it is quiet. `review`: a person decides.
 */
export type Settlement =
  | { kind: 'resend' }
  | { kind: 'ask'; isQuiet: boolean }
  | { kind: 'overwrite' }
  | { kind: 'wait'; ms: number }
  | { kind: 'review' }

export type OpenAttempt = {
  operation: 'create' | 'update'
  tries: number
  /** Since it was written, and since it was last about to be sent; by the database's clock. */
  ageMs: number
  silentMs: number
}

/** What settles an attempt whose outcome is not known, by what its target offers. Never a second blind create. */
export function planSettlement(
  attempt: OpenAttempt,
  target: Pick<OutboundTarget, 'honoursKeys' | 'find'>,
): Settlement {
  const isQuiet = attempt.silentMs >= QUIET_MS
  if (target.honoursKeys && attempt.ageMs < KEY_TRUST_MS) return { kind: 'resend' }
  if (attempt.operation === 'update')
    return isQuiet ? { kind: 'overwrite' } : { kind: 'wait', ms: QUIET_MS - attempt.silentMs }
  if (target.find === undefined || attempt.tries > SETTLE_TRIES) return { kind: 'review' }
  return { kind: 'ask', isQuiet }
}
