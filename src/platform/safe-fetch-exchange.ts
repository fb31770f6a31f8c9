import {
  request as plainRequest,
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http'
import { request as secureRequest } from 'node:https'
import type { LookupFunction } from 'node:net'

/** One request with a bounded answer. Ends by `signal` at the latest, whatever it waits for. */
export type ExchangeRequest = {
  method: 'GET' | 'PUT' | 'POST'
  url: URL
  headers: Readonly<Record<string, string>>
  body?: Uint8Array
  maxBytes: number
  signal: AbortSignal
  agent?: Agent
  lookup?: LookupFunction
}

/** `isCut`: the answer was larger than allowed; the rest was not read. */
export type ExchangeAnswer = { status: number; headers: IncomingHttpHeaders; body: Buffer; isCut: boolean }

/** One HTTP exchange without redirects, cookies or retries. Throws what the network does, and when the signal ends. */
export function exchange(options: ExchangeRequest): Promise<ExchangeAnswer> {
  const { url, method, headers, body, signal, agent, lookup } = options
  const start = url.protocol === 'https:' ? secureRequest : plainRequest
  return new Promise((resolve, reject) => {
    const settings = { method, headers, signal, ...(agent ? { agent } : {}), ...(lookup ? { lookup } : {}) }
    const outgoing = start(url, settings, (incoming) => {
      readAnswer(incoming, options.maxBytes).then(resolve, reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

async function readAnswer(incoming: IncomingMessage, maxBytes: number): Promise<ExchangeAnswer> {
  const parts: Buffer[] = []
  let length = 0
  const answer = { status: incoming.statusCode ?? 0, headers: incoming.headers }
  // Leaving the loop destroys the stream and with it the connection.
  for await (const part of incoming as AsyncIterable<Buffer>) {
    length += part.length
    if (length > maxBytes) return { ...answer, body: Buffer.alloc(0), isCut: true }
    parts.push(part)
  }
  if (!incoming.complete) throw new Error('the answer ended early')
  return { ...answer, body: Buffer.concat(parts), isCut: false }
}
