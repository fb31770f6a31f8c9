import type { Audience } from './events.ts'
import type { Channel, Locale, MessageState, TemplateName } from './message-view.ts'
import type { SendOutcome } from './ports.ts'

/** A message as the use cases work with it. `tries` counts its claims and fences what a run writes. */
export type Message = {
  id: string
  channel: Channel
  audience: Audience
  template: TemplateName
  locale: Locale
  orderId: string | null
  lineId: string | null
  orderNumber: string | null
  data: Record<string, string | number>
  tries: number
  createdAt: Date
}

/** A message that an event asks for, not stored yet. */
export type NewMessage = Omit<Message, 'tries' | 'createdAt'> & { eventNumber: number; businessKey: string }

/** How a try ended, and when the next one comes. */
export type Verdict = {
  state: Exclude<MessageState, 'SENDING'>
  detail: string | null
  providerRef: string | null
  /** Set for WAITING only. */
  retryInMs: number | null
  /** Why a FAILED message failed: this recipient never works, or the channel did not for too long. */
  failure: 'refused' | 'given_up' | null
}

/** With the waits below this is about a day: longer outages make the news old. */
export const MAX_TRIES = 52
const FIRST_WAIT_MS = 15_000
const MAX_WAIT_MS = 30 * 60_000
/** A provider that asks for more patience than this is asked again anyway. */
const MAX_ASKED_WAIT_MS = 6 * 3_600_000
/** Share by which waits differ, so that what failed together does not come back together. */
const JITTER = 0.25
const MAX_DETAIL = 300

/**
 * What a try leads to. Unknown outcomes are repeated only where the receiver shows two copies as one; elsewhere a
 * buyer would rather miss a message than get it twice. `chance` lies in [0, 1).
 */
export function judgeTry(
  outcome: SendOutcome,
  options: { repeatable: boolean; tries: number; chance: number },
): Verdict {
  switch (outcome.kind) {
    case 'sent':
      return verdict('SENT', { providerRef: outcome.providerRef.slice(0, MAX_DETAIL) })
    case 'refused':
      return verdict('FAILED', { detail: outcome.detail, failure: 'refused' })
    case 'unknown':
      if (!options.repeatable) return verdict('UNKNOWN', { detail: outcome.detail })
      return retry(outcome.detail, options, undefined)
    case 'not_sent':
      return retry(outcome.detail, options, outcome.retryAfterMs)
  }
}

function retry(
  detail: string,
  { tries, chance }: { tries: number; chance: number },
  askedMs: number | undefined,
): Verdict {
  if (tries >= MAX_TRIES) return verdict('FAILED', { detail, failure: 'given_up' })
  const planned = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries - 1, 16))
  const spread = planned * (1 + JITTER * (2 * chance - 1))
  const asked = Math.min(askedMs ?? 0, MAX_ASKED_WAIT_MS)
  return verdict('WAITING', { detail, retryInMs: Math.round(Math.max(spread, asked)) })
}

function verdict(state: Verdict['state'], rest: Partial<Verdict>): Verdict {
  const { detail = null, providerRef = null, retryInMs = null, failure = null } = rest
  return { state, detail: detail?.slice(0, MAX_DETAIL) ?? null, providerRef, retryInMs, failure }
}
