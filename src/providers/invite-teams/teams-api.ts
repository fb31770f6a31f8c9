import * as z from 'zod'
import { createHttpClient, parseJson, type HttpRequest } from '../../platform/http-client.ts'

/** Where the provider answers and how long it may take. */
export type TeamsOptions = {
  /** What stands before `/v1`, without a trailing slash. */
  apiUrl: string
  timeoutMs?: number
}

/** The provider's answer: the body of a success, or the code of a refusal; or why there is none. */
export type TeamsAnswer =
  | { kind: 'done'; body: unknown }
  | { kind: 'refused'; status: number; code: string; message: string; retryAt?: Date }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'unknown'; reason: string }

export type TeamsApi = {
  call(
    account: { externalId: string; credential: string },
    method: HttpRequest['method'],
    path: string,
    body?: Record<string, string>,
  ): Promise<TeamsAnswer>
}

const TIMEOUT_MS = 20_000
/** Few at once: all accounts are reached from one address. */
const AT_ONCE = 8
/** A call leaves soon or not at all: an invite that waited here could be sent after it was given up for lost. */
const QUEUE = 8
const BREAK_AFTER = 10
const HALF_OPEN_AFTER_MS = 30_000

const failure = z.object({ error: z.object({ code: z.string(), message: z.string().catch('') }) })

/** Opens the API. The token travels with each call: every account has its own. */
export function createTeamsApi(options: TeamsOptions): TeamsApi {
  const http = createHttpClient({
    name: 'invite-teams',
    concurrency: AT_ONCE,
    queue: QUEUE,
    breakAfter: BREAK_AFTER,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  })
  return {
    async call(account, method, path, body) {
      const outcome = await http.send({
        method,
        url: `${options.apiUrl}/v1/workspaces/${encodeURIComponent(account.externalId)}${path}`,
        headers: {
          authorization: `Bearer ${account.credential}`,
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
      })
      if (outcome.kind !== 'answered') return outcome
      return readAnswer(outcome.status, outcome.headers, outcome.body)
    },
  }
}

/** Only a refusal in the documented form proves that nothing happened. */
function readAnswer(status: number, headers: Headers, body: Buffer): TeamsAnswer {
  if (status === 204) return { kind: 'done', body: undefined }
  if (status >= 200 && status < 300) return { kind: 'done', body: parseJson(body) }
  const parsed = failure.safeParse(parseJson(body))
  if (status === 429) {
    const { code, message } = parsed.data?.error ?? { code: 'too_many_requests', message: '' }
    const retryAt = readRetryAt(headers)
    return { kind: 'refused', status, code, message, ...(retryAt === undefined ? {} : { retryAt }) }
  }
  if (status >= 500 || !parsed.success) return { kind: 'unknown', reason: `HTTP ${status}` }
  return { kind: 'refused', status, ...parsed.data.error }
}

/** By the provider's own clock, which its answer shows. */
function readRetryAt(headers: Headers): Date | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const shown = Date.parse(headers.get('date') ?? '')
  return Number.isFinite(seconds) && Number.isFinite(shown) ? new Date(shown + seconds * 1_000) : undefined
}
