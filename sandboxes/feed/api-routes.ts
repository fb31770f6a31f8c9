import { Hono, type Context } from 'hono'
import type { Feed, ListName } from './feed-state.ts'
import { readRows, type Window } from './list-rows.ts'
import { readToken, writeToken } from './page-token.ts'

/** Rows generated at once when everything is asked for in one answer. */
const CHUNK_ROWS = 2_000
/** Page size of the numbered form when none is asked for. */
const DEFAULT_PER_PAGE = 100

/** Returns the external API itself: two lists behind one bearer token. */
export function createFeedApi(feed: Feed): Hono {
  const app = new Hono()
  app.get('/apis/reseller/get', (c) => answerList(feed, 'resellers', c))
  app.get('/apis/product/get', (c) => answerList(feed, 'products', c))
  return app
}

function answerList(feed: Feed, name: ListName, c: Context): Response {
  if (c.req.header('authorization') !== `Bearer ${feed.token}`) {
    return c.json({ message: 'Unauthenticated.' }, 401)
  }
  if (feed.settings.errorBody) return c.json({ status: false, message: 'Terjadi kesalahan pada server.' })
  const window = readWindow(c)
  if (window === undefined) return c.json({ message: 'updated_since and updated_until are ISO 8601.' }, 422)
  feed.pages += 1
  const { form, empty } = feed.settings
  if (empty) return form === 'array' ? c.json([]) : c.json({ data: [] })
  const origin = new URL(c.req.url).origin
  if (form === 'laravel') return numberedPage(feed, name, origin, window, c)
  const limit = Number(c.req.query('limit') ?? 0)
  if (form === 'cursor' && limit > 0) return tokenPage(feed, name, origin, { window, limit }, c)
  return wholeList(feed, name, origin, form === 'cursor' ? window : { since: undefined, until: undefined })
}

function tokenPage(
  feed: Feed,
  name: ListName,
  origin: string,
  request: { window: Window; limit: number },
  c: Context,
): Response {
  const cursor = c.req.query('cursor')
  const token = cursor === undefined ? { from: 0, isRepeat: false } : readToken(feed, name, cursor)
  if (token === undefined) {
    const { lostToken } = feed.settings
    return c.json({ code: 'position_lost', message: 'The cursor has expired.' }, lostToken)
  }
  const limit = Math.min(Math.trunc(request.limit), feed.settings.maxLimit)
  const { rows, next } = readRows(feed, name, origin, { from: token.from, limit, window: request.window })
  const comesAgain = feed.settings.duplicates === 'page' && !token.isRepeat && next !== undefined
  const following = comesAgain
    ? writeToken(feed, name, token.from, true)
    : next === undefined
      ? null
      : writeToken(feed, name, next, false)
  countDownTokens(feed)
  return json(`{"data":[${rows.join(',')}],"next_cursor":${JSON.stringify(following)}}`)
}

/** The page that starts at row `(page − 1) × per_page`; windows are not known here. */
function numberedPage(feed: Feed, name: ListName, origin: string, window: Window, c: Context): Response {
  const asked = Number(c.req.query('per_page') ?? c.req.query('limit') ?? DEFAULT_PER_PAGE)
  const perPage = Math.min(Math.max(Math.trunc(asked) || DEFAULT_PER_PAGE, 1), feed.settings.maxLimit)
  const page = Math.max(Math.trunc(Number(c.req.query('page') ?? 1)) || 1, 1)
  const total = feed.lists[name].count
  const lastPage = Math.max(Math.ceil(total / perPage), 1)
  const from = (page - 1) * perPage
  const { rows } = readRows(feed, name, origin, { from, end: from + perPage, limit: perPage, window })
  return json(
    `{"data":{"current_page":${page},"data":[${rows.join(',')}],"per_page":${perPage},"last_page":${lastPage},"total":${total}}}`,
  )
}

/** Everything in one answer, written while it is being generated. */
function wholeList(feed: Feed, name: ListName, origin: string, window: Window): Response {
  const isBare = feed.settings.form === 'array'
  const encoder = new TextEncoder()
  let from: number | undefined = 0
  let isFirst = true
  const body = new ReadableStream({
    pull(controller) {
      const { rows, next } = readRows(feed, name, origin, { from: from ?? 0, limit: CHUNK_ROWS, window })
      const opening = isFirst ? (isBare ? '[' : '{"data":[') : rows.length > 0 ? ',' : ''
      const closing = next === undefined ? (isBare ? ']' : ']}') : ''
      controller.enqueue(encoder.encode(`${opening}${rows.join(',')}${closing}`))
      isFirst = false
      from = next
      if (next === undefined) controller.close()
    },
  })
  return new Response(body, {
    headers: { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' },
  })
}

/** Lets the tokens given out so far die after the page that was set for it. */
function countDownTokens(feed: Feed): void {
  if (feed.killAfterPages === undefined) return
  feed.killAfterPages -= 1
  if (feed.killAfterPages > 0) return
  feed.killAfterPages = undefined
  feed.tokenEpoch += 1
}

function readWindow(c: Context): Window | undefined {
  const since = readTime(c.req.query('updated_since'))
  const until = readTime(c.req.query('updated_until'))
  return Number.isNaN(since) || Number.isNaN(until) ? undefined : { since, until }
}

function readTime(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}

function json(text: string): Response {
  return new Response(text, { headers: { 'Content-Type': 'application/json' } })
}
