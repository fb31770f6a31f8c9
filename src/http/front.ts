import type { Context } from 'hono'
import { elapsedMs } from '#platform/clock.ts'
import { isDatabaseAway } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { err, type Result } from '#shared/result.ts'
import { createAccessLog, type AccessLog } from './access-log.ts'
import { bearerOf, mayEnter } from './access.ts'
import { createClientIp, isLoopback, type ClientIp } from './client-ip.ts'
import { isCrossSite } from './cross-site.ts'
import type { HttpDeps } from './http-deps.ts'
import { localeOfBrowser, localeOfCookie, readLocale } from './locale.ts'
import { problemPage, wantsPage } from './problem-page.ts'
import { problemReply, type Refusal } from './problem-reply.ts'
import { PROBLEMS } from './problems.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import { toResponse, type HeaderMap, type Reply } from './reply.ts'
import type { RequestContext, Route } from './route.ts'
import { securityHeaders, type HeaderClass } from './security-headers.ts'

/** What the server hands to every request beside the request itself. */
export type ServerBindings = {
  incoming?: { socket: { remoteAddress?: string | undefined; destroy?(): unknown } }
  closing?: AbortSignal
}

export type HttpContext = Context<{ Bindings: ServerBindings }>

/** Longest time a public or operator request may take unless its route says otherwise. */
const DEFAULT_TIMEOUT_MS = 30_000

/** Seconds after which a request that took too long may be repeated. */
const TIMEOUT_RETRY_SECONDS = 2

/** Seconds after which a database that is starting again will probably answer. */
const STORE_RETRY_SECONDS = 5

const NEVER = new AbortController().signal

/** How a request is handled and how its answer is dressed. */
export type Handling = {
  /** The template that names the request in the log. */
  route: string
  headers: HeaderClass
  timeoutMs?: number | undefined
  answer: (context: RequestContext) => Promise<Result<Reply, Refusal>>
}

/** The shared front of all routes: identity of the request, log line, headers, errors. */
export type Front = {
  limits: RateLimits
  /** The origin of the shop, without a trailing slash. */
  appUrl: string
  /** Runs one route of the table with its access rule, limit and timeout. */
  serveRoute(route: Route, c: HttpContext): Promise<Response>
  /** Runs anything else, for example pages. */
  serve(handling: Handling, c: HttpContext): Promise<Response>
}

/** The front for these dependencies. Throws when the configured addresses are not valid. */
export function createFront(deps: HttpDeps): Front {
  const appUrl = new URL(deps.config.appUrl).origin
  const limits = createRateLimits(deps.config.rateLimits)
  const clientIp = createClientIp(deps.config.trustedProxies)
  const headerTable = securityHeaders(appUrl, deps.config.snapOrigin, deps.config.redirectOrigins)
  const around = { deps, appUrl, clientIp, headerTable, logAccess: createAccessLog(deps.log) }
  const serve = (handling: Handling, c: HttpContext) => serveOne(around, handling, c)
  return {
    limits,
    appUrl,
    serve,
    serveRoute: (route, c) =>
      serve(
        {
          route: route.path,
          headers: route.headers,
          timeoutMs: route.timeoutMs,
          answer: (context) => guard(deps, limits, route, context, c),
        },
        c,
      ),
  }
}

type Surroundings = {
  deps: HttpDeps
  appUrl: string
  clientIp: ClientIp
  logAccess: AccessLog
  headerTable: Record<HeaderClass, HeaderMap>
}

async function serveOne(around: Surroundings, handling: Handling, c: HttpContext): Promise<Response> {
  const startedAt = elapsedMs()
  const context = contextOf(around, c)
  const reply = await replyOf(around, handling, context)
  const { requestId, visitor } = context
  around.logAccess(
    {
      requestId,
      method: c.req.method,
      route: handling.route,
      status: reply.status,
      durationMs: Math.round((elapsedMs() - startedAt) * 10) / 10,
    },
    visitor.ip,
  )
  return toResponse(reply, { ...around.headerTable[handling.headers], 'x-request-id': requestId })
}

async function replyOf(around: Surroundings, handling: Handling, context: RequestContext): Promise<Reply> {
  try {
    const result = await withinTime(handling, context)
    if (result.ok) return result.value
    if (result.error.cause !== undefined) logFailure(around, handling, context, result.error.cause)
    return refuse(result.error, handling, context)
  } catch (error) {
    logFailure(around, handling, context, error)
    const refusal: Refusal = isDatabaseAway(error)
      ? { code: 'store_unavailable', retryAfterSeconds: STORE_RETRY_SECONDS }
      : { code: 'internal_error' }
    return refuse(refusal, handling, context)
  }
}

/** The refusal for whoever asked: a page for people in a browser, a problem for programs. */
function refuse(refusal: Refusal, handling: Handling, context: RequestContext): Reply {
  const { appUrl, requestId, request } = context
  const { locale } = context.visitor
  const reply = problemReply(refusal, { appUrl, locale, requestId })
  const isPage = handling.headers === 'page' || handling.headers === 'orderPage'
  return isPage && wantsPage(request) ? problemPage(reply, PROBLEMS[refusal.code], locale, requestId) : reply
}

function logFailure(around: Surroundings, handling: Handling, context: RequestContext, cause: unknown): void {
  around.deps.log.error({ requestId: context.requestId, route: handling.route, err: cause }, 'request failed')
}

function contextOf({ deps, appUrl, clientIp }: Surroundings, c: HttpContext): RequestContext {
  const request = c.req.raw
  const { headers } = request
  const url = new URL(request.url)
  const bindings: ServerBindings = c.env ?? {}
  const locale =
    readLocale(url.searchParams.get('lang')) ??
    localeOfCookie(headers.get('cookie')) ??
    localeOfBrowser(headers.get('accept-language'))
  const socket = bindings.incoming?.socket
  const ip = clientIp(socket?.remoteAddress, headers.get('x-forwarded-for'))
  return {
    app: deps.app,
    request,
    url,
    params: c.req.param(),
    visitor: { ip, locale },
    requestId: newId(),
    closing: bindings.closing ?? NEVER,
    appUrl,
    hangUp: () => void socket?.destroy?.(),
  }
}

/** The route's answer if the request may have one: origin, access, limit, then the handler within its time. */
async function guard(
  deps: HttpDeps,
  limits: RateLimits,
  route: Route,
  context: RequestContext,
  c: HttpContext,
) {
  const { headers, method } = context.request
  const ip = context.visitor.ip
  if (!route.isCrossSiteSafe && isCrossSite(method, headers, context.appUrl, 'browser-or-program')) {
    return err({ code: 'cross_site_request' as const })
  }
  if (route.access !== 'public' && route.access !== 'webhook') {
    const refusal = await checkAccess(deps, limits, route, context, c)
    if (refusal !== undefined) return err(refusal)
  }
  if (route.limit === undefined) return route.answer(context)
  const verdict = await limits.consume(route.limit, ip)
  if (!verdict.isAllowed) return err(tooMany(verdict))
  const result = await route.answer(context)
  const carrier = result.ok ? result.value : result.error
  carrier.headers = { ...verdict.headers, ...carrier.headers }
  return result
}

async function checkAccess(
  deps: HttpDeps,
  limits: RateLimits,
  route: Route,
  context: RequestContext,
  c: HttpContext,
): Promise<Refusal | undefined> {
  const { headers } = context.request
  const ip = context.visitor.ip
  if (await limits.isExhausted('wrongToken', ip)) return tooMany(await limits.consume('wrongToken', ip))
  const socketAddress = c.env?.incoming?.socket.remoteAddress
  const isForwarded = headers.has('x-forwarded-for') || headers.has('forwarded')
  const isLocal =
    socketAddress !== undefined && isLoopback(socketAddress.replace('::ffff:', '')) && !isForwarded
  const shown = { bearer: bearerOf(headers), key: context.url.searchParams.get('key'), isLocal }
  if (mayEnter(route.access, shown, deps.config)) return undefined
  if (shown.bearer !== null || shown.key !== null) await limits.consume('wrongToken', ip)
  return { code: 'token_required', headers: { 'www-authenticate': 'Bearer' } }
}

/** The refusal of a request beyond a limit. */
export function tooMany(verdict: { headers: HeaderMap; retryAfterSeconds: number }): Refusal {
  return { code: 'rate_limited', retryAfterSeconds: verdict.retryAfterSeconds, headers: verdict.headers }
}

async function withinTime(handling: Handling, context: RequestContext): Promise<Result<Reply, Refusal>> {
  const { promise, resolve } = Promise.withResolvers<Result<Reply, Refusal>>()
  const timer = setTimeout(
    () => resolve(err({ code: 'took_too_long', retryAfterSeconds: TIMEOUT_RETRY_SECONDS })),
    handling.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  )
  try {
    return await Promise.race([handling.answer(context), promise])
  } finally {
    clearTimeout(timer)
  }
}
