const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** All waits around an invite and its account, in milliseconds, and how often something is tried. */
export type InviteTiming = {
  /** From the claim to the call at most; a process that slept longer must not send any more. */
  sendWithinMs: number
  /** An invite in flight this long has lost its process: longer than the call may take, plus a margin. */
  lostAfterMs: number
  /** Before a lost answer is looked up: the provider may still be writing. */
  firstLookupMs: number
  lookupEveryMs: number
  /** How long the provider has to show no invitation before it counts as not sent. */
  resolveWindowMs: number
  /** What is in doubt this long, for whatever reason, is for a person. */
  resolveDeadlineMs: number
  /** Waits between looks at an invitation that the buyer has not accepted; the last one repeats. */
  acceptEveryMs: readonly number[]
  /** A buyer who has not accepted by then is asked by a person: the seat stands empty. */
  acceptWithinMs: number
  /** A running membership is looked at this often: the provider may have taken it away. */
  memberEveryMs: number
  /** So long before its end the buyer is told. */
  endingNoticeMs: number
  /** What a person holds is looked at this often: it may have come right by itself. */
  manualEveryMs: number
  /** Pauses of an account that the provider throttles or that cannot be reached; the last one repeats. */
  cooldownEveryMs: readonly number[]
  /** Waiting longer than this for a seat is for a person: the pool is too small. */
  maxQueueMs: number
  /** An invitation that lapses unaccepted is sent again this often, then a person asks the buyer. */
  maxResends: number
  /** A buyer whose account is banned is moved to another this often, then a person looks. */
  maxMoves: number
  /** Accounts that may refuse one invite without a reason we know, before a person looks. */
  maxRefusals: number
  /** A usable account is inspected this often, a banned or locked one more seldom. */
  inspectEveryMs: number
  inspectBrokenEveryMs: number
  /** Waits between tries to take a seat back; the last one repeats. */
  removeEveryMs: readonly number[]
}

/** The waits of production. */
export const INVITE_TIMING: InviteTiming = {
  sendWithinMs: 10 * SECOND,
  lostAfterMs: 90 * SECOND,
  firstLookupMs: 20 * SECOND,
  lookupEveryMs: 30 * SECOND,
  resolveWindowMs: 5 * MINUTE,
  resolveDeadlineMs: 15 * MINUTE,
  acceptEveryMs: [20 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR],
  acceptWithinMs: 14 * DAY,
  memberEveryMs: DAY,
  endingNoticeMs: 3 * DAY,
  manualEveryMs: HOUR,
  cooldownEveryMs: [1, 2, 5, 15, 60].map((minutes) => minutes * MINUTE),
  maxQueueMs: 3 * DAY,
  maxResends: 2,
  maxMoves: 3,
  maxRefusals: 3,
  inspectEveryMs: 15 * MINUTE,
  inspectBrokenEveryMs: 6 * HOUR,
  removeEveryMs: [MINUTE, 5 * MINUTE, 30 * MINUTE, 6 * HOUR],
}

/** The waits in force. */
export function timingOf(deps: { timing?: { invites?: Partial<InviteTiming> } }): InviteTiming {
  return { ...INVITE_TIMING, ...deps.timing?.invites }
}

/** The wait before turn number `turn` (from 0) of a list whose last entry repeats. */
export function waitOf(waits: readonly number[], turn: number): number {
  return waits[Math.min(turn, waits.length - 1)] ?? 0
}
