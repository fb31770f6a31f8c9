import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Hono } from 'hono'
import { newId } from '#platform/ids.ts'
import type { ServerBindings } from './front.ts'
import { problemReply } from './problem-reply.ts'
import { toResponse } from './reply.ts'
import type { ProblemCode } from './problems.ts'

/** How long clients may take, and how long a stop waits. All in milliseconds unless named otherwise. */
export const SERVER_LIMITS = {
  /** All headers must have arrived: a slow sender must not hold a connection. */
  headersTimeout: 10_000,
  /** The whole request must have arrived; 5 MB on a weak connection still fit. */
  requestTimeout: 20_000,
  /** How often the two above are looked at. */
  connectionsCheckingInterval: 2_000,
  /** Longer than the usual 60 s of load balancers, so that never we close first under a request. */
  keepAliveTimeout: 65_000,
  /** All headers of a request together, in bytes. */
  maxHeaderSize: 16 * 1024,
  /** Requests that are being answered when the server is stopped may finish within this time. */
  closeGrace: 10_000,
}

export type ServerLimits = typeof SERVER_LIMITS
export type Listening = { port: number; close: () => Promise<void> }

/**
 * Serves `hono` on `port` (0 picks a free one) and resolves with the port when it accepts connections; rejects
 * when the port is taken. `close` stops accepting, ends live streams, drops connections that carry no request
 * (browsers open such in advance), waits for the others and then drops them too.
 */
export async function listen(
  // Any Hono will do: its bindings are filled here.
  hono: Pick<Hono<{ Bindings: ServerBindings }>, 'fetch'>,
  port: number,
  options: { host?: string; limits?: Partial<ServerLimits>; appUrl?: string } = {},
): Promise<Listening> {
  const limits = { ...SERVER_LIMITS, ...options.limits }
  const closing = new AbortController()
  const appUrl = options.appUrl ?? ''
  const answer = getRequestListener(
    (request, env) => hono.fetch(request, { ...env, closing: closing.signal }),
    {
      // Only a target or host that is no address comes here: everything later is answered by the front.
      errorHandler: () => toResponse(problemOf('malformed_request', appUrl), {}),
    },
  )
  const server = createServer(
    {
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      connectionsCheckingInterval: limits.connectionsCheckingInterval,
      keepAliveTimeout: limits.keepAliveTimeout,
      maxHeaderSize: limits.maxHeaderSize,
    },
    (incoming, outgoing) => void answer(incoming, outgoing),
  )
  const connections = trackConnections(server)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuseOnSocket(error, socket as Socket, appUrl),
  )
  const boundPort = await bind(server, port, options.host)
  const close = async () => {
    closing.abort()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    connections.drain()
    const deadline = setTimeout(() => server.closeAllConnections(), limits.closeGrace)
    await closed
    clearTimeout(deadline)
  }
  return { port: boundPort, close }
}

function bind(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** Knows which connections carry a request. Node itself counts one that has sent nothing yet as busy. */
function trackConnections(server: Server): { drain(): void } {
  const open = new Map<Socket, number>()
  let isDraining = false
  const release = (socket: Socket) => {
    if (!open.has(socket)) return
    const busy = Math.max(0, (open.get(socket) ?? 0) - 1)
    open.set(socket, busy)
    if (isDraining && busy === 0) socket.end(() => socket.destroy())
  }
  server.on('connection', (socket: Socket) => {
    open.set(socket, 0)
    socket.once('close', () => open.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    open.set(socket, (open.get(socket) ?? 0) + 1)
    response.once('close', () => release(socket))
  })
  return {
    drain: () => {
      isDraining = true
      for (const [socket, busy] of open) if (busy === 0) socket.destroy()
    },
  }
}

const SOCKET_PROBLEMS: Record<string, ProblemCode> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
}

/** Answers a request that never became one (too large, too slow, not HTTP) with a problem like all others. */
function refuseOnSocket(error: NodeJS.ErrnoException, socket: Socket, appUrl: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const code = SOCKET_PROBLEMS[error.code ?? ''] ?? 'malformed_request'
  const reply = problemOf(code, appUrl)
  const lines = [
    `HTTP/1.1 ${reply.status} Refused`,
    'content-type: application/problem+json',
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
    `content-length: ${Buffer.byteLength(reply.body)}`,
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${reply.body}`, () => socket.destroy())
}

/** A problem without a request: nothing is known of the visitor. */
function problemOf(code: ProblemCode, appUrl: string) {
  return problemReply({ code }, { appUrl, locale: 'id', requestId: newId() })
}
