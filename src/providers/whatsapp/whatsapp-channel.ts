import type { MessageChannel, OutgoingMessage, SendOutcome } from '../../notifications/ports.ts'
import { createHttpClient, parseJson, type HttpOutcome } from '../../platform/http-client.ts'

export type WhatsAppOptions = {
  /** Address of the sending number: `https://graph.facebook.com/v21.0/<phone number id>`. */
  apiUrl: string
  token: string
  /**
   * `template`: approved templates `lapak_<name>` with the values as parameters, as the Cloud API asks for outside a
   * conversation. `text`: the whole message as text, for sandboxes and gateways that take it.
   */
  form: 'template' | 'text'
  timeoutMs?: number
}

const TIMEOUT_MS = 15_000
/** The Cloud API takes far more; few at a time keep one slow answer from holding up the workers. */
const CONCURRENCY = 4
const QUEUE = 100
const BREAK_AFTER = 10
const HALF_OPEN_AFTER_MS = 30_000
const MAX_TEXT = 4_096
const MAX_PARAMETER = 1_000

const HTTP_UNAUTHORIZED = 401
const HTTP_FORBIDDEN = 403
const HTTP_NOT_FOUND = 404
const HTTP_TOO_MANY = 429
const SERVER_ERROR = 500
/** Error codes of the Cloud API that ask for patience: rate limits of the app, the number and the pair. */
const PATIENCE_CODES = new Set([4, 80_007, 130_429, 131_048, 131_056])
/** Codes that speak of us, not of the recipient: token, rights, account, a template that is not approved. */
const OURS = new Set([0, 3, 10, 190, 131_005, 131_031, 131_042, 132_000, 132_001, 132_007, 132_015, 132_016])

/**
 * WhatsApp through the Cloud API. Not repeatable: it knows no key of ours, so a message whose answer was lost is not sent
 * again.
 */
export function createWhatsAppChannel(options: WhatsAppOptions): MessageChannel {
  const http = createHttpClient({
    name: 'whatsapp',
    concurrency: CONCURRENCY,
    queue: QUEUE,
    breakAfter: BREAK_AFTER,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  })
  const headers = { authorization: `Bearer ${options.token}`, 'content-type': 'application/json' }
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  return {
    channel: 'whatsapp',
    repeatable: false,
    async send(message) {
      const to = message.to.replace(/\D/g, '')
      if (to.length < 8) return { kind: 'refused', detail: 'not a phone number' }
      const body = JSON.stringify({
        messaging_product: 'whatsapp',
        recipient_type: 'individual',
        to,
        ...contentOf(message, options.form),
      })
      return outcomeOf(
        await http.send({ method: 'POST', url: `${options.apiUrl}/messages`, headers, body, timeoutMs }),
      )
    },
    async probe() {
      const answer = await http.send({ method: 'GET', url: options.apiUrl, headers, timeoutMs })
      if (answer.kind !== 'answered') return { ok: false, detail: answer.reason }
      const refused = answer.status === HTTP_UNAUTHORIZED || answer.status === HTTP_FORBIDDEN
      return refused ? { ok: false, detail: 'menolak token / refuses the token' } : answering(answer.status)
    },
  }
}

function answering(status: number): { ok: boolean; detail: string } {
  return status < SERVER_ERROR
    ? { ok: true, detail: 'menjawab / answers' }
    : { ok: false, detail: `HTTP ${status}` }
}

function contentOf(message: OutgoingMessage, form: WhatsAppOptions['form']): Record<string, unknown> {
  if (form === 'text')
    return { type: 'text', text: { preview_url: false, body: message.text.slice(0, MAX_TEXT) } }
  return {
    type: 'template',
    template: {
      name: `lapak_${message.template.name.replaceAll('-', '_')}`,
      language: { code: message.locale },
      components: [
        {
          type: 'body',
          parameters: message.template.values.map((value) => ({ type: 'text', text: asParameter(value) })),
        },
      ],
    },
  }
}

/** Parameters must not hold line breaks, tabs or more than four spaces in a row. */
function asParameter(value: string): string {
  const text = value.replace(/\s+/g, ' ').trim().slice(0, MAX_PARAMETER)
  return text === '' ? '-' : text
}

function outcomeOf(answer: HttpOutcome): SendOutcome {
  if (answer.kind !== 'answered') return { kind: answer.kind, detail: answer.reason }
  const fields = asFields(parseJson(answer.body))
  if (answer.status >= SERVER_ERROR) return { kind: 'unknown', detail: `HTTP ${answer.status}` }
  if (answer.status < 300) {
    const [first] = Array.isArray(fields['messages']) ? (fields['messages'] as unknown[]) : []
    const id = asFields(first)['id']
    return typeof id === 'string'
      ? { kind: 'sent', providerRef: id }
      : { kind: 'unknown', detail: 'an answer without a message id' }
  }
  return refusalOf(answer.status, asFields(fields['error']), answer.headers)
}

/** A status below 500 is definite: nothing went out. Whether trying again helps depends on whom it speaks of. */
function refusalOf(status: number, error: Record<string, unknown>, headers: Headers): SendOutcome {
  const code = typeof error['code'] === 'number' ? error['code'] : undefined
  const detail = `HTTP ${status}${code === undefined ? '' : `, code ${code}`}`
  const seconds = Number(headers.get('retry-after'))
  const asked = Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}
  const later =
    status === HTTP_TOO_MANY ||
    status === HTTP_UNAUTHORIZED ||
    status === HTTP_FORBIDDEN ||
    status === HTTP_NOT_FOUND ||
    code === undefined ||
    PATIENCE_CODES.has(code) ||
    OURS.has(code)
  return later ? { kind: 'not_sent', detail, ...asked } : { kind: 'refused', detail }
}

function asFields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}
