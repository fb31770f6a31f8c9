import { err, ok } from '#shared/result.ts'
import type { Visitor } from '../app.ts'
import { isCrossSite } from './cross-site.ts'
import { tooMany, type Front, type HttpContext } from './front.ts'
import type { HttpDeps } from './http-deps.ts'
import { languageCookie, localeOfCookie, readLocale } from './locale.ts'
import { isOwnAddress } from './own-address.ts'
import { createPageCache, type PageCache, type RenderedPage } from './page-cache.ts'
import { pagePath, type PagePath } from './page-paths.ts'
import type { PagesHandler } from './pages.ts'
import { MAX_FORM_BYTES, mediaTypeOf, readBody } from './read-body.ts'
import type { HeaderMap, Reply } from './reply.ts'
import type { Answer, RequestContext } from './route.ts'
import { storeBody, storedReply } from './stored-body.ts'

type Pages = {
  render: PagesHandler
  cache: PageCache
  front: Front
  deps: HttpDeps
  redirectOrigins: ReadonlySet<string>
}

const FORM_TYPES: ReadonlySet<string | undefined> = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
])

const PAGE_METHODS = new Set(['GET', 'HEAD', 'POST'])

/** Serves every address that is no route and no file: the pages, from the cache where they are the same for all. */
export function createPageServer(
  deps: HttpDeps,
  front: Front,
  render: PagesHandler,
): (c: HttpContext) => Promise<Response> {
  const cache = createPageCache()
  deps.cacheTags?.subscribe((tags) => cache.clear(tags))
  const { snapOrigin, redirectOrigins = [] } = deps.config
  const origins = [...(snapOrigin === null ? [] : [snapOrigin]), ...redirectOrigins]
  const pages: Pages = {
    render,
    cache,
    front,
    deps,
    redirectOrigins: new Set(origins.map((origin) => new URL(origin).origin)),
  }
  return (c) => {
    const path = pagePath(c.req.path)
    return front.serve(
      { route: path.template, headers: path.headers, answer: (context) => answerPage(pages, path, context) },
      c,
    )
  }
}

async function answerPage(pages: Pages, path: PagePath, context: RequestContext): Answer {
  const { method, headers } = context.request
  if (!PAGE_METHODS.has(method))
    return err({ code: 'method_not_allowed', headers: { allow: 'GET, HEAD, POST' } })
  if (/%00|\0/.test(context.request.url)) return err({ code: 'malformed_request' })
  if (isCrossSite(method, headers, context.appUrl, 'browser-only')) return err({ code: 'cross_site_request' })
  if (method === 'POST') return answerForm(pages, path, context)
  const cookies = chosenLanguage(context)
  if (path.cachedQuery === null) {
    const page = await renderPage(pages, ownRequest(context, context.url.search), context.visitor)
    return ok(await pageReply(context, { ...page, tags: null }, cookies))
  }
  const search = keptSearch(context.url, path.cachedQuery)
  const { visitor } = context
  // Nothing of this visitor reaches a page that others will be shown: no cookies, no address.
  const everybody = { ip: '0.0.0.0', locale: visitor.locale }
  const page = await pages.cache.get(`${visitor.locale} ${context.url.pathname}${search}`, () =>
    renderPage(pages, new Request(context.appUrl + context.url.pathname + search), everybody),
  )
  return ok(await pageReply(context, page, cookies))
}

async function answerForm(pages: Pages, path: PagePath, context: RequestContext): Answer {
  if (!FORM_TYPES.has(mediaTypeOf(context.request.headers))) return err({ code: 'unsupported_media_type' })
  const limit = path.template === '/checkout/:slug' ? 'create' : 'pageForm'
  const verdict = await pages.front.limits.consume(limit, context.visitor.ip)
  if (!verdict.isAllowed) return err(tooMany(verdict))
  const body = await readBody(context.request, MAX_FORM_BYTES)
  if (!body.ok) return body
  const page = await renderPage(pages, ownRequest(context, context.url.search, body.value), context.visitor)
  return ok(await pageReply(context, { ...page, tags: null }, []))
}

/** The request as pages see it: at the public origin, whatever host the client named. */
function ownRequest(
  { appUrl, url, request }: RequestContext,
  search: string,
  body?: Buffer<ArrayBuffer>,
): Request {
  const headers = new Headers(request.headers)
  // Cross-site posts were refused above, by rules the router's own comparison of hosts does not know.
  for (const name of [
    'host',
    'origin',
    'x-forwarded-host',
    'x-forwarded-proto',
    'content-length',
    'authorization',
  ])
    headers.delete(name)
  return new Request(appUrl + url.pathname + search, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    ...(body === undefined ? {} : { body }),
  })
}

async function renderPage(pages: Pages, request: Request, visitor: Visitor): Promise<RenderedPage> {
  const response = await pages.render(request, { ...visitor })
  const bytes = new Uint8Array(await response.arrayBuffer())
  const headers = headersOf(response, pages)
  const contentType = response.headers.get('content-type') ?? 'text/html; charset=utf-8'
  return {
    status: response.status,
    headers,
    stored: storeBody(bytes, contentType),
    tags: tagsOf(response),
    ...cookiesOf(response),
  }
}

const OWN_HEADERS = new Set([
  'content-type',
  'content-length',
  'set-cookie',
  'cache-tag',
  'etag',
  'connection',
  'transfer-encoding',
])

function headersOf(response: Response, pages: Pages): HeaderMap {
  const headers: HeaderMap = {}
  for (const [name, value] of response.headers) if (!OWN_HEADERS.has(name)) headers[name] = value
  const { location } = headers
  if (location !== undefined && !mayRedirectTo(location, pages)) {
    pages.deps.log.warn(
      { status: response.status },
      'a page redirected to a foreign address; sent home instead',
    )
    headers.location = '/'
  }
  return headers
}

function mayRedirectTo(location: string, pages: Pages): boolean {
  if (isOwnAddress(location, pages.front.appUrl)) return true
  return URL.canParse(location) && pages.redirectOrigins.has(new URL(location).origin)
}

/** The tags of a page that may be kept for everybody, else null. */
function tagsOf(response: Response): readonly string[] | null {
  const control = response.headers.get('cache-control') ?? ''
  const isPublic = /\bpublic\b/.test(control) && !/\b(no-store|private)\b/.test(control)
  if (response.status !== 200 || !isPublic || response.headers.has('set-cookie')) return null
  const tags = response.headers.get('cache-tag')
  return tags === null ? [] : tags.split(',').map((tag) => tag.trim())
}

type WithCookies = { cookies?: readonly string[] }

function cookiesOf(response: Response): WithCookies {
  const cookies = response.headers.getSetCookie()
  return cookies.length === 0 ? {} : { cookies }
}

async function pageReply(
  { request }: RequestContext,
  page: RenderedPage & WithCookies,
  chosen: readonly string[],
): Promise<Reply> {
  const cookies = [...(page.cookies ?? []), ...chosen]
  const headers = cookies.length > 0 || page.tags === null ? personal(page.headers) : page.headers
  const isStored = page.tags !== null
  const reply: Reply = isStored
    ? await storedReply(request, page.stored, headers, page.status)
    : {
        status: page.status,
        headers: { ...headers, 'content-type': page.stored.contentType },
        body: page.stored.bytes,
      }
  return cookies.length === 0 ? reply : { ...reply, cookies }
}

/** The headers of an answer that belongs to one visitor: shared caches must not keep it. */
function personal(headers: HeaderMap): HeaderMap {
  const control = headers['cache-control'] ?? ''
  const isPrivate = /\b(no-store|private)\b/.test(control)
  return {
    ...headers,
    'cache-control': isPrivate ? control : 'private, no-cache',
    vary: 'accept-language, cookie',
  }
}

function keptSearch(url: URL, names: readonly string[]): string {
  if (url.search === '') return ''
  const kept = new URLSearchParams()
  for (const name of names) {
    const value = url.searchParams.get(name)
    if (value !== null) kept.set(name, value)
  }
  return kept.size === 0 ? '' : `?${kept.toString()}`
}

/** `?lang=` stays in the address, so that each language can be linked and crawled; a cookie remembers it. */
function chosenLanguage({ url, request, appUrl }: RequestContext): string[] {
  const chosen = readLocale(url.searchParams.get('lang'))
  if (chosen === undefined || localeOfCookie(request.headers.get('cookie')) === chosen) return []
  return [languageCookie(chosen, appUrl.startsWith('https:'))]
}
