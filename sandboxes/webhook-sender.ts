import { z } from 'zod'
import type { SandboxClock } from './clock.ts'

/** What `/_sandbox/webhooks` may set; `true` means "always", a number "the next n". */
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

/** How a provider repeats a webhook that was not taken. */
export type RetryPolicy = {
  timeoutMs: number
  /** Number of retries after this answer; undefined status = no answer at all. */
  retriesAfter(status: number | undefined): number
  /** Wait before retry number `attempt` (1-based), before the speed factor. */
  delayMs(attempt: number): number
  /** Hops followed on 307/308. */
  maxRedirects: number
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

/** Returns a sender with an empty log. */
export function createWebhookSender(clock: SandboxClock, policy: RetryPolicy): WebhookSender {
  let settings: WebhookControl = {}
  let speed = 1
  let attempts: WebhookAttempt[] = []
  const chains = new Map<string, Promise<void>>()
  const held = new Map<string, { webhook: Webhook; release: () => void }>()

  function record(webhook: Webhook, attempt: number, outcome: WebhookAttempt['outcome']): WebhookAttempt {
    const { key, url } = webhook
    const entry = { at: clock.now().toISOString(), key, url, attempt, body: asJson(webhook.body), outcome }
    attempts = [...attempts, entry].slice(-MAX_LOG_ENTRIES)
    return entry
  }

  async function deliver(webhook: Webhook, attempt: number): Promise<void> {
    const entry = record(webhook, attempt, 'sending')
    try {
      entry.status = await post(webhook, policy)
      entry.outcome = 'answered'
    } catch (error) {
      entry.outcome = 'failed'
      entry.error = String(error)
    }
    const isTaken = entry.status !== undefined && entry.status >= 200 && entry.status < 300
    if (isTaken || attempt > policy.retriesAfter(entry.status)) return
    const waitMs = policy.delayMs(attempt) / speed
    entry.nextAttemptAt = new Date(clock.now().getTime() + waitMs).toISOString()
    clock.after(waitMs, () => enqueue(webhook, attempt + 1))
  }

  function enqueue(webhook: Webhook, attempt = 1): void {
    const previous = chains.get(webhook.key) ?? Promise.resolve()
    const current = previous.then(() => deliver(webhook, attempt))
    chains.set(webhook.key, current)
    void current.finally(() => {
      if (chains.get(webhook.key) === current) chains.delete(webhook.key)
    })
  }

  function dispatch(webhook: Webhook): void {
    enqueue(webhook)
    const copies = settings.duplicate === true ? 1 : Number(settings.duplicate ?? 0)
    for (let copy = 0; copy < copies; copy += 1) enqueue(webhook)
  }

  function dispatchInOrder(webhook: Webhook): void {
    const waiting = held.get(webhook.key)
    if (!settings.reorder && !waiting) return dispatch(webhook)
    if (waiting) {
      dispatch(webhook)
      return waiting.release()
    }
    const release = () => {
      cancel()
      if (held.delete(webhook.key)) dispatch(webhook)
    }
    const cancel = clock.after(REORDER_WINDOW_MS, release)
    held.set(webhook.key, { webhook, release })
  }

  return {
    send(webhook) {
      if (takeDrop(settings)) return void record(webhook, 1, 'dropped')
      if (!settings.delayMs) return dispatchInOrder(webhook)
      clock.after(settings.delayMs, () => dispatchInOrder(webhook))
    },
    control(next) {
      settings = { ...settings, ...next }
      return settings
    },
    setSpeed(next) {
      speed = next
    },
    log: () => attempts,
    async idle() {
      while (chains.size > 0) await Promise.all(chains.values())
    },
    reset() {
      settings = {}
      speed = 1
      attempts = []
      held.clear()
    },
  }
}

function takeDrop(settings: WebhookControl): boolean {
  if (typeof settings.drop !== 'number') return settings.drop ?? false
  if (settings.drop === 0) return false
  settings.drop -= 1
  return true
}

/** Posts the webhook and returns the HTTP status of the last hop. */
async function post(webhook: Webhook, policy: RetryPolicy): Promise<number> {
  let url = webhook.url
  for (let hop = 0; ; hop += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: webhook.headers,
      body: webhook.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(policy.timeoutMs),
    })
    await response.body?.cancel()
    const location = response.headers.get('location')
    const isFollowed = (response.status === 307 || response.status === 308) && location !== null
    if (!isFollowed || hop >= policy.maxRedirects) return response.status
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
