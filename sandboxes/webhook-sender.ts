import { z } from 'zod'
import type { SandboxClock } from './clock.ts'

/** What `/_sandbox/webhooks` may set; `true` means "always", a number "the next n" (for `duplicate`: that many copies). */
export const webhookControlSchema = z.object({
  duplicate: z.union([z.boolean(), z.int().min(0)]).optional(),
  drop: z.union([z.boolean(), z.int().min(0)]).optional(),
  delayMs: z.int().min(0).optional(),
  reorder: z.boolean().optional(),
})

export type WebhookControl = z.infer<typeof webhookControlSchema>

/** One webhook to deliver. Webhooks with the same key are delivered in the order they were handed over. */
export type Webhook = { key: string; url: string; headers: Record<string, string>; body: string }

/** One attempt in the log. */
export type WebhookAttempt = {
  at: string
  key: string
  url: string
  attempt: number
  body: unknown
  outcome: 'sending' | 'answered' | 'failed' | 'dropped'
  status?: number
  error?: string
  nextAttemptAt?: string
}

/** What the receiver of a webhook answered. */
export type WebhookAnswer = { status: number; body: string }

/** How a provider repeats a webhook that was not taken. */
export type RetryPolicy = {
  timeoutMs: number
  /** Number of retries after this answer; undefined status = no answer at all. */
  retriesAfter(status: number | undefined): number
  /** Wait before retry number `attempt` (1-based), before the speed factor. */
  delayMs(attempt: number): number
  /** Hops followed on 307/308. */
  maxRedirects: number
  /** Whether an answer ends the matter; without it every 2xx does. */
  isTaken?(answer: WebhookAnswer): boolean
}

export type WebhookSender = {
  send(webhook: Webhook): void
  control(settings: WebhookControl): WebhookControl
  /** Divides every retry wait, so that hours pass in seconds. */
  setSpeed(speed: number): void
  log(): WebhookAttempt[]
  /** Resolves when nothing is being sent right now; waiting retries do not count. */
  idle(): Promise<void>
  reset(): void
}

const MAX_LOG_ENTRIES = 1_000
/** With `reorder`, a webhook waits at most this long for a later one to overtake it. */
const REORDER_WINDOW_MS = 2_000

type SenderState = {
  clock: SandboxClock
  policy: RetryPolicy
  settings: WebhookControl
  speed: number
  attempts: WebhookAttempt[]
  /** Raised by a reset, so that deliveries from before it fall silent. */
  generation: number
  /** Last delivery under way per key; the next one of the key waits for it. */
  chains: Map<string, Promise<void>>
  /** With `reorder`: how to let the waiting webhook of a key go. */
  held: Map<string, () => void>
}

/** Returns a sender with an empty log. */
export function createWebhookSender(clock: SandboxClock, policy: RetryPolicy): WebhookSender {
  const state: SenderState = {
    clock,
    policy,
    settings: {},
    speed: 1,
    attempts: [],
    generation: 0,
    chains: new Map(),
    held: new Map(),
  }
  return {
    send(webhook) {
      if (takeDrop(state.settings)) return void record(state, webhook, 1, 'dropped')
      if (!state.settings.delayMs) return dispatchInOrder(state, webhook)
      clock.after(state.settings.delayMs, () => dispatchInOrder(state, webhook))
    },
    control(next) {
      state.settings = { ...state.settings, ...next }
      return state.settings
    },
    setSpeed(next) {
      state.speed = next
    },
    log: () => state.attempts,
    async idle() {
      while (state.chains.size > 0) await Promise.all(state.chains.values())
    },
    reset() {
      Object.assign(state, { settings: {}, speed: 1, attempts: [], generation: state.generation + 1 })
      state.held.clear()
    },
  }
}

function record(
  state: SenderState,
  webhook: Webhook,
  attempt: number,
  outcome: WebhookAttempt['outcome'],
): WebhookAttempt {
  const { key, url } = webhook
  const at = state.clock.now().toISOString()
  const entry = { at, key, url, attempt, body: asJson(webhook.body), outcome }
  state.attempts = [...state.attempts, entry].slice(-MAX_LOG_ENTRIES)
  return entry
}

async function deliver(state: SenderState, webhook: Webhook, attempt: number): Promise<void> {
  const { clock, policy, generation } = state
  const entry = record(state, webhook, attempt, 'sending')
  let answer: WebhookAnswer | undefined
  try {
    answer = await post(webhook, policy)
    entry.status = answer.status
    entry.outcome = 'answered'
  } catch (error) {
    entry.outcome = 'failed'
    entry.error = String(error)
  }
  const isTaken = answer !== undefined && (policy.isTaken ?? isSuccess)(answer)
  if (generation !== state.generation || isTaken || attempt > policy.retriesAfter(entry.status)) return
  const waitMs = policy.delayMs(attempt) / state.speed
  entry.nextAttemptAt = new Date(clock.now().getTime() + waitMs).toISOString()
  clock.after(waitMs, () => enqueue(state, webhook, attempt + 1))
}

function isSuccess({ status }: WebhookAnswer): boolean {
  return status >= 200 && status < 300
}

function enqueue(state: SenderState, webhook: Webhook, attempt = 1): void {
  const { chains, generation } = state
  const previous = chains.get(webhook.key) ?? Promise.resolve()
  const current = previous.then(() =>
    generation === state.generation ? deliver(state, webhook, attempt) : undefined,
  )
  chains.set(webhook.key, current)
  void current.finally(() => {
    if (chains.get(webhook.key) === current) chains.delete(webhook.key)
  })
}

function dispatch(state: SenderState, webhook: Webhook): void {
  const { duplicate } = state.settings
  const copies = duplicate === true ? 1 : Number(duplicate ?? 0)
  for (let copy = 0; copy <= copies; copy += 1) enqueue(state, webhook)
}

function dispatchInOrder(state: SenderState, webhook: Webhook): void {
  const { held, clock, settings } = state
  const releaseWaiting = held.get(webhook.key)
  if (releaseWaiting || !settings.reorder) {
    dispatch(state, webhook)
    return releaseWaiting?.()
  }
  const release = () => {
    cancel()
    if (held.delete(webhook.key)) dispatch(state, webhook)
  }
  const cancel = clock.after(REORDER_WINDOW_MS, release)
  held.set(webhook.key, release)
}

function takeDrop(settings: WebhookControl): boolean {
  if (typeof settings.drop !== 'number') return settings.drop ?? false
  if (settings.drop === 0) return false
  settings.drop -= 1
  return true
}

/** Posts the webhook and returns the answer of the last hop. */
async function post(webhook: Webhook, policy: RetryPolicy): Promise<WebhookAnswer> {
  let url = webhook.url
  for (let hop = 0; ; hop += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: webhook.headers,
      body: webhook.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(policy.timeoutMs),
    })
    const body = await response.text()
    const location = response.headers.get('location')
    const isFollowed = (response.status === 307 || response.status === 308) && location !== null
    if (!isFollowed || hop >= policy.maxRedirects) return { status: response.status, body }
    url = new URL(location, url).href
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
