import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { FaultRule, Faults } from './faults.ts'

/** Requests larger than this are cut off: no provider call comes near it. */
const MAX_BODY_BYTES = 10 * 1024 * 1024
/** A held answer is given up after this time even if the client still waits. */
const MAX_HOLD_MS = 120_000
const DEFAULT_SLOW_MS = 3_000
const DEFAULT_RETRY_AFTER_MS = 1_000
/** Longer than any client keeps an idle connection, so that the client is the one to close it. */
const KEEP_ALIVE_MS = 65_000
const CONTROL_PREFIX = '/_sandbox/'

type FetchApp = { fetch(request: Request): Response | Promise<Response> }
type Answer = { status: number; headers: [string, string][]; body: Buffer }

/** A listening sandbox port. */
export type SandboxServer = { url: string; port: number; close(): Promise<void> }

/** One line of the request log kept for `/_sandbox/state`. */
export type RequestLog = { record(line: string): void; list(): string[]; clear(): void }

/**
 * Serves `app` on its own port and applies the fault rules around it. Control routes never suffer faults.
 * Rejects with the listen error (such as EADDRINUSE).
 */
export async function listenSandbox(options: {
  app: FetchApp
  faults: Faults
  requests: RequestLog
  host: string
  port: number
}): Promise<SandboxServer> {
  const server = createServer((incoming, outgoing) => {
    handle(options, incoming, outgoing).catch((error: unknown) => {
      options.requests.record(`${incoming.method} ${incoming.url} failed: ${String(error)}`)
      outgoing.destroy()
    })
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  await listen(server, options.host, options.port)
  const port = (server.address() as AddressInfo).port
  return { url: `http://${options.host}:${port}`, port, close: () => close(server) }
}

/** Returns a request log that keeps the newest 200 lines. */
export function createRequestLog(): RequestLog {
  const limit = 200
  let lines: string[] = []
  return {
    record(line) {
      lines = [...lines, line].slice(-limit)
    },
    list: () => lines,
    clear() {
      lines = []
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

async function handle(
  { app, faults, requests }: { app: FetchApp; faults: Faults; requests: RequestLog },
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const method = incoming.method ?? 'GET'
  const path = (incoming.url ?? '/').split('?')[0] ?? '/'
  const body = await readBody(incoming)
  const isControl = path.startsWith(CONTROL_PREFIX)
  const rule = isControl ? undefined : faults.take({ method, path, body: body.toString('utf8') })
  if (rule === undefined) {
    const response = await callApp(app, incoming, body)
    if (!isControl) requests.record(`${method} ${path} ${response.status}`)
    return pass(outgoing, method, response)
  }
  const effect = async () => collect(await callApp(app, incoming, body))
  const answer = await answerWithFault(rule, effect, outgoing)
  requests.record(`${method} ${path} ${answer?.status ?? '-'} fault=${rule.fault}`)
  if (answer) send(outgoing, method, answer)
}

/** Returns the answer to send, or undefined when the fault left the client without one. */
async function answerWithFault(
  rule: FaultRule,
  effect: () => Promise<Answer>,
  outgoing: ServerResponse,
): Promise<Answer | undefined> {
  switch (rule.fault) {
    case 'reset':
      outgoing.socket?.resetAndDestroy()
      return undefined
    case 'timeout_before':
      await hold(outgoing, rule.ms)
      return undefined
    case 'timeout_after':
      await effect()
      await hold(outgoing, rule.ms)
      return undefined
    case 'slow':
      await delay(rule.ms ?? DEFAULT_SLOW_MS, undefined, { ref: false })
      return effect()
    case 'http_500':
      return textAnswer(500, 'text/plain', 'Internal Server Error')
    case 'http_429': {
      const seconds = Math.ceil((rule.ms ?? DEFAULT_RETRY_AFTER_MS) / 1000)
      return textAnswer(429, 'text/plain', 'Too Many Requests', [['Retry-After', String(seconds)]])
    }
    case 'html':
      return textAnswer(502, 'text/html', '<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>')
    case 'truncate': {
      const answer = await effect()
      return { ...answer, body: answer.body.subarray(0, Math.floor(answer.body.length / 2)) }
    }
    case 'empty':
      return { ...(await effect()), body: Buffer.alloc(0) }
  }
}

/** Leaves the client waiting until it gives up, then drops the connection. */
function hold(outgoing: ServerResponse, ms = MAX_HOLD_MS): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => outgoing.destroy(), Math.min(ms, MAX_HOLD_MS))
    timer.unref()
    outgoing.once('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function textAnswer(status: number, type: string, text: string, more: [string, string][] = []): Answer {
  return { status, headers: [['Content-Type', type], ...more], body: Buffer.from(text) }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming) {
    const bytes = chunk as Buffer
    size += bytes.length
    if (size > MAX_BODY_BYTES) throw new Error('request body too large')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

async function callApp(app: FetchApp, incoming: IncomingMessage, body: Buffer): Promise<Response> {
  const method = incoming.method ?? 'GET'
  const headers = new Headers()
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '')
  }
  headers.set('x-sandbox-peer', incoming.socket.remoteAddress ?? '')
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`)
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return app.fetch(new Request(url, { method, headers, ...(hasBody ? { body: new Uint8Array(body) } : {}) }))
}

/** The whole answer, for faults that need to know it. */
async function collect(response: Response): Promise<Answer> {
  const body = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: [...response.headers], body }
}

/**
 * Hands an answer to the client. One that the app marks as chunked flows through as it is being made, so that a list
 * of any length needs the memory of one chunk; every other one is sent with its length.
 */
async function pass(outgoing: ServerResponse, method: string, response: Response): Promise<void> {
  const isStream = response.headers.get('transfer-encoding') === 'chunked'
  if (!isStream || response.body === null || method === 'HEAD') {
    return send(outgoing, method, await collect(response))
  }
  outgoing.statusCode = response.status
  for (const [name, value] of response.headers) outgoing.appendHeader(name, value)
  await pipeline(Readable.fromWeb(response.body), outgoing)
}

function send(outgoing: ServerResponse, method: string, answer: Answer): void {
  if (outgoing.destroyed) return
  outgoing.statusCode = answer.status
  for (const [name, value] of answer.headers) outgoing.appendHeader(name, value)
  outgoing.setHeader('Content-Length', answer.body.length)
  outgoing.end(method === 'HEAD' ? undefined : answer.body)
}
