import { err, ok } from '#shared/result.ts'
import type { App } from '../../app.ts'
import type { OrderState, TrackView } from '../../orders/order-view.ts'
import { countingKey } from '../client-ip.ts'
import type { Reply } from '../reply.ts'
import { defineRoute, type RequestContext, type Route } from '../route.ts'
import { TokenParams } from './order-schemas.ts'

/** How live status connections are bounded. */
export type StreamLimits = { perAddress: number; total: number; heartbeatMs: number; lifetimeMs: number }

export const STREAM_LIMITS: StreamLimits = {
  /** Mobile networks put many buyers behind one address. */
  perAddress: 20,
  /** Each stream costs a socket and a waiter, together about 40 KB; more would not leave room for requests. */
  total: 6000,
  /** Proxies drop connections that are silent for 30 to 60 s. */
  heartbeatMs: 20_000,
  /** After this a browser reconnects by itself, perhaps to a process that is less busy. */
  lifetimeMs: 15 * 60_000,
}

/** States after which nothing happens by itself. */
const TERMINAL: ReadonlySet<OrderState> = new Set(['SUCCESS', 'EXPIRED', 'CANCELLED', 'REFUNDED'])

const FINAL_PAYMENTS: ReadonlySet<string> = new Set(['refunded', 'expired', 'failed', 'cancelled'])

/** Milliseconds a browser waits before it reconnects. */
const RECONNECT_MS = 3000

const encoder = new TextEncoder()

/** True when a stream has nothing more to tell. A failed order is followed until its refund is settled. */
function isSettled(view: TrackView): boolean {
  return TERMINAL.has(view.status) || (view.status === 'FAILED' && FINAL_PAYMENTS.has(view.payment.status))
}

/** The live status route; `limits` bound how many connections are open at once. */
export function createTrackEvents(limits: StreamLimits = STREAM_LIMITS): Route {
  const open = new Map<string, number>()
  let total = 0
  const enter = (key: string): boolean => {
    const own = open.get(key) ?? 0
    if (own >= limits.perAddress || total >= limits.total) return false
    open.set(key, own + 1)
    total += 1
    return true
  }
  const leave = (key: string) => {
    const own = (open.get(key) ?? 1) - 1
    total -= 1
    if (own === 0) open.delete(key)
    else open.set(key, own)
  }
  return defineRoute({
    method: 'get',
    path: '/api/track/{token}/events',
    id: 'followOrder',
    tag: 'Orders',
    summary: 'Live status as server-sent events',
    description:
      'Event `order` carries the same JSON as `GET /api/track/{token}`, its id is the version; comments keep the connection alive. Event `end` closes the stream of a settled order; a reconnect after it is answered with 204.',
    access: 'public',
    headers: 'privateApi',
    limit: 'track',
    params: TokenParams,
    answers: {
      200: {
        description: 'The stream',
        contentType: 'text/event-stream',
        example: 'id: 3\nevent: order\ndata: {…}\n\n',
      },
      204: { description: 'Settled, and the last version was seen' },
    },
    problems: ['not_found', 'too_many_streams', 'rate_limited'],
    handle: async ({ params }, context) => {
      const view = await context.app.orders.track(params.token)
      if (view === undefined) return err({ code: 'not_found' })
      const seen = lastSeen(context.request)
      if (isSettled(view) && seen >= view.version) return ok({ status: 204, headers: {}, body: null })
      if (context.request.method === 'HEAD') return ok({ status: 200, headers: STREAM_HEADERS, body: null })
      const key = countingKey(context.visitor.ip)
      if (!enter(key)) return err({ code: 'too_many_streams', retryAfterSeconds: 10 })
      return ok(streamReply(context, { token: params.token, view, seen, limits, onEnd: () => leave(key) }))
    },
  })
}

const STREAM_HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' }

type Follow = { token: string; view: TrackView; seen: number; limits: StreamLimits; onEnd: () => void }

function streamReply({ app, closing, request }: RequestContext, follow: Follow): Reply {
  const stop = new AbortController()
  // Hops are added by hand: a signal made by `any` would keep every closed stream reachable from `closing`.
  const abort = () => stop.abort()
  closing.addEventListener('abort', abort)
  request.signal.addEventListener('abort', abort)
  const lifetime = setTimeout(abort, follow.limits.lifetimeMs)
  const cleanUp = () => {
    clearTimeout(lifetime)
    closing.removeEventListener('abort', abort)
    follow.onEnd()
  }
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const run = async () => {
        await pump(app, follow, controller, stop.signal).catch(() => undefined)
        cleanUp()
        if (!isCancelled) controller.close()
      }
      // Not awaited: a stream's start must return before anything can be read.
      void run()
    },
    cancel: () => {
      isCancelled = true
      stop.abort()
    },
  })
  return { status: 200, headers: STREAM_HEADERS, body }
}

/** Sends every change until the order is settled or the signal aborts; a failure ends the stream, browsers reconnect. */
async function pump(
  app: App,
  follow: Follow,
  controller: ReadableStreamDefaultController<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const send = (text: string) => controller.enqueue(encoder.encode(text))
  send(`retry: ${RECONNECT_MS}\n\n`)
  let seen = follow.seen
  let view: TrackView | undefined = follow.view
  while (view !== undefined && !signal.aborted) {
    send(view.version > seen ? eventOf(view) : ': still here\n\n')
    seen = Math.max(seen, view.version)
    if (isSettled(view)) {
      send('event: end\ndata: {}\n\n')
      return
    }
    if ((controller.desiredSize ?? 0) < -MAX_QUEUED) return
    // Nothing is read of an order that did not change: most pages wait, and each of them comes by every heartbeat.
    const { token, limits } = follow
    if (await app.orders.waitForChange(token, seen, limits.heartbeatMs, signal))
      view = await app.orders.track(token)
  }
}

/** Chunks a slow reader may leave lying before the stream is closed. */
const MAX_QUEUED = 16

function eventOf(view: TrackView): string {
  return `id: ${view.version}\nevent: order\ndata: ${JSON.stringify(view)}\n\n`
}

function lastSeen(request: Request): number {
  const text = request.headers.get('last-event-id') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : 0
}
