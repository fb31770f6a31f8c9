import type { MessageChannel, SendOutcome } from '../../notifications/ports.ts'
import { createHttpClient, parseJson, type HttpOutcome } from '../../platform/http-client.ts'

export type TelegramOptions = {
  /** `https://api.telegram.org`, without a trailing slash. */
  apiUrl: string
  botToken: string
  timeoutMs?: number
}

const TIMEOUT_MS = 15_000
/** A bot may send about one message a second to a chat. */
const CONCURRENCY = 1
const QUEUE = 100
const BREAK_AFTER = 10
const HALF_OPEN_AFTER_MS = 30_000
const MAX_TEXT = 4_096
const HTTP_BAD_REQUEST = 400
const HTTP_FORBIDDEN = 403
const SERVER_ERROR = 500

/**
 * Telegram through the Bot API, for staff. Not repeatable: it knows no key of ours. The token stands in the address, so
 * no address of it is ever part of an outcome.
 */
export function createTelegramChannel(options: TelegramOptions): MessageChannel {
  const http = createHttpClient({
    name: 'telegram',
    concurrency: CONCURRENCY,
    queue: QUEUE,
    breakAfter: BREAK_AFTER,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  })
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  const base = `${options.apiUrl}/bot${options.botToken}`
  return {
    channel: 'telegram',
    repeatable: false,
    async send(message) {
      const body = JSON.stringify({
        chat_id: message.to,
        // Plain text: nothing in it can be taken for markup.
        text: message.text.slice(0, MAX_TEXT),
        link_preview_options: { is_disabled: true },
      })
      return outcomeOf(
        await http.send({
          method: 'POST',
          url: `${base}/sendMessage`,
          headers: { 'content-type': 'application/json' },
          body,
          timeoutMs,
        }),
      )
    },
    async probe() {
      const answer = await http.send({ method: 'GET', url: `${base}/getMe`, timeoutMs })
      if (answer.kind !== 'answered') return { ok: false, detail: answer.reason }
      const isOurs = asFields(parseJson(answer.body))['ok'] === true
      return isOurs
        ? { ok: true, detail: 'menjawab / answers' }
        : { ok: false, detail: `HTTP ${answer.status}: token bot ditolak / the bot token is refused` }
    },
  }
}

function outcomeOf(answer: HttpOutcome): SendOutcome {
  if (answer.kind !== 'answered') return { kind: answer.kind, detail: answer.reason }
  if (answer.status >= SERVER_ERROR) return { kind: 'unknown', detail: `HTTP ${answer.status}` }
  const fields = asFields(parseJson(answer.body))
  if (fields['ok'] === true) {
    const id = asFields(fields['result'])['message_id']
    return { kind: 'sent', providerRef: typeof id === 'number' ? String(id) : '' }
  }
  if (answer.status < 300) return { kind: 'unknown', detail: 'an answer that is not Telegram’s' }
  const detail = `HTTP ${answer.status}`
  const seconds = asFields(fields['parameters'])['retry_after']
  if (typeof seconds === 'number') return { kind: 'not_sent', detail, retryAfterMs: seconds * 1_000 }
  // The chat is gone, or the bot was thrown out of it; every other refusal is our token or a limit.
  const isForGood = answer.status === HTTP_BAD_REQUEST || answer.status === HTTP_FORBIDDEN
  return isForGood ? { kind: 'refused', detail } : { kind: 'not_sent', detail }
}

function asFields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
