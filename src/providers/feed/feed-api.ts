import { systemClock } from '../../platform/clock.ts'
import { createHttpClient, parseJson, type HttpClient, type HttpOutcome } from '../../platform/http-client.ts'
import { err, type Result } from '../../shared/result.ts'
import type { Page, PageRequest, SourceFailure } from '../../sync/ports.ts'
import { readPage } from './page-form.ts'
import { retryAfterMs } from './retry-after.ts'

/** Where the feed is, and the word that opens it. */
export type FeedOptions = {
  /** What stands before `/apis/…`, for example `https://data.example.com`. */
  apiUrl: string
  token: string
  timeoutMs?: number
}

/** One account's way of asking for pages. */
export type FeedApi = {
  fetchPage(path: string, request: PageRequest): Promise<Result<Page, SourceFailure>>
}

/** Rows asked for at once: about 2 MB, far below what an answer may have. A source may give fewer. */
export const PAGE_LIMIT = 5_000
/** A page of that size from a slow source. */
const TIMEOUT_MS = 30_000
/** Two streams, and a probe beside them. */
const CALLS_AT_ONCE = 4
const CALL_QUEUE = 16
/** The engine has a circuit of its own; this one only shields the process from a storm. */
const BREAK_AFTER = 20
const HALF_OPEN_AFTER_MS = 5_000
/** Keeps a source's text in logs and run reports short. */
const DETAIL_LENGTH = 200
/** Words for a dead page token, where it is not told by 410. */
const POSITION_LOST = new Set(['position_lost', 'cursor_expired', 'invalid_cursor'])
/** What sources say of a page that they cannot find, without another word for it. */
const NO_SUCH_PAGE = new Set([400, 404, 410, 422])

/** Opens the feed. Nothing is sent yet. */
export function createFeedApi(options: FeedOptions): FeedApi {
  const http = createHttpClient({
    name: 'feed.read',
    concurrency: CALLS_AT_ONCE,
    queue: CALL_QUEUE,
    breakAfter: BREAK_AFTER,
    halfOpenAfterMs: HALF_OPEN_AFTER_MS,
  })
  const root = options.apiUrl.replace(/\/+$/, '')
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  return {
    async fetchPage(path, request) {
      const url = `${root}${path}?${pageQuery(request).toString()}`
      const outcome = await untilAborted(get(http, url, options.token, timeoutMs), request.signal)
      return outcome === undefined
        ? err({ code: 'transient', detail: 'called off' })
        : readOutcome(outcome, request.position)
    },
  }
}

/** Times are inclusive on both sides; a source that knows none of this answers with everything, which is allowed. */
function pageQuery({ mode, from, to, position }: PageRequest): URLSearchParams {
  const query = new URLSearchParams({ limit: String(PAGE_LIMIT) })
  if (mode === 'window' && from !== null) query.set('updated_since', from.toISOString())
  if (mode === 'window') query.set('updated_until', to.toISOString())
  if (position?.startsWith('cursor:')) query.set('cursor', position.slice('cursor:'.length))
  if (position?.startsWith('page:')) query.set('page', position.slice('page:'.length))
  // Numbered lists know the page size by this name; it must be the same on every page.
  query.set('per_page', String(PAGE_LIMIT))
  return query
}

function get(http: HttpClient, url: string, token: string, timeoutMs: number): Promise<HttpOutcome> {
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
  return http.send({ method: 'GET', url, headers, timeoutMs })
}

/** The outcome, or undefined as soon as nobody wants it any more: reading has no effect that must be awaited. */
function untilAborted(outcome: Promise<HttpOutcome>, signal: AbortSignal): Promise<HttpOutcome | undefined> {
  if (signal.aborted) return Promise.resolve(undefined)
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined)
    signal.addEventListener('abort', stop, { once: true })
    outcome.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function readOutcome(outcome: HttpOutcome, position: string | null): Result<Page, SourceFailure> {
  if (outcome.kind !== 'answered') {
    // Asking again would bring the same answer.
    if (outcome.reason === 'answer too large') return err({ code: 'malformed', detail: outcome.reason })
    return err({ code: 'transient', detail: outcome.reason })
  }
  const { status, headers, body } = outcome
  if (status !== 200) return err(readStatus(status, headers, body, position))
  const parsed = parseJson(body)
  if (parsed === undefined) return err({ code: 'malformed', detail: 'the answer is not JSON' })
  return readPage(parsed, position)
}

function readStatus(status: number, headers: Headers, body: Buffer, position: string | null): SourceFailure {
  const said = readError(body)
  const detail = `HTTP ${status}${said.message === '' ? '' : `: ${said.message}`}`
  if (status === 401 || status === 403) return { code: 'account', detail }
  if (position !== null && (NO_SUCH_PAGE.has(status) || POSITION_LOST.has(said.code))) {
    return { code: 'position_lost', detail }
  }
  if (status === 429) {
    const waitMs = retryAfterMs(headers, systemClock.now())
    return { code: 'throttled', detail, ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }) }
  }
  if (status >= 500 || status === 408) return { code: 'transient', detail }
  return { code: 'malformed', detail }
}

function readError(body: Buffer): { code: string; message: string } {
  const parsed = parseJson(body)
  if (typeof parsed !== 'object' || parsed === null) return { code: '', message: '' }
  const { code, error, message } = parsed as Record<string, unknown>
  const word = typeof code === 'string' ? code : typeof error === 'string' ? error : ''
  const text = typeof message === 'string' ? message : word
  return { code: word, message: text.slice(0, DETAIL_LENGTH) }
}
