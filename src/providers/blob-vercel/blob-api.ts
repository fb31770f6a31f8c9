import type { Blob } from '#platform/blob-store.ts'
import { newId } from '#platform/ids.ts'
import { exchange, type ExchangeAnswer, type ExchangeRequest } from '#platform/safe-fetch-exchange.ts'

/** A JSON answer, or the service's own word for why not. `failure` says it to people. */
export type ApiAnswer = { ok: true; value: unknown } | { ok: false; code: string; failure: Error }

export type BlobApi = {
  /** One call of the upload API. Throws when the service cannot be reached or is out of order. */
  call(request: {
    method: ExchangeRequest['method']
    path: string
    headers?: Record<string, string>
    body?: Uint8Array
  }): Promise<ApiAnswer>
  /** A file by its public address; undefined when it is gone. */
  read(url: string): Promise<Blob | undefined>
}

/** The version of the API whose paths and headers are used here. */
const API_VERSION = '12'
/** Every call may be repeated without a second effect, so one more try bridges a dropped connection. */
const TRIES = 2
const TIMEOUT_MS = 20_000
/** No file and no page of names of ours comes near it. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** The upload API of Vercel Blob for one store, with bounded waits and bounded tries. */
export function createBlobApi(options: { apiUrl: string; token: string; store: string }): BlobApi {
  const base = options.apiUrl.replace(/\/$/, '')
  async function send(request: Omit<ExchangeRequest, 'maxBytes' | 'signal' | 'url'> & { url: string }) {
    for (let tries = 1; ; tries += 1) {
      try {
        const signal = AbortSignal.timeout(TIMEOUT_MS)
        const url = new URL(request.url)
        const answer = await exchange({ ...request, url, maxBytes: MAX_ANSWER_BYTES, signal })
        if (answer.isCut) throw new Error('Vercel Blob: an answer too large')
        if (answer.status < 500 || tries >= TRIES) return answer
      } catch (error) {
        if (tries >= TRIES) throw error
      }
    }
  }
  return {
    async call({ method, path, headers = {}, body }) {
      const answer = await send({
        method,
        url: `${base}${path}`,
        headers: {
          authorization: `Bearer ${options.token}`,
          'x-api-version': API_VERSION,
          'x-vercel-blob-store-id': options.store,
          'x-api-blob-request-id': `${options.store}:${newId()}`,
          ...(body ? { 'content-length': String(body.byteLength) } : {}),
          ...headers,
        },
        ...(body ? { body } : {}),
      })
      return readAnswer(answer)
    },
    async read(url) {
      const answer = await send({ method: 'GET', url, headers: {} })
      if (answer.status === 404) return undefined
      if (answer.status !== 200) throw new Error(`Vercel Blob: ${answer.status} instead of a file`)
      const contentType = answer.headers['content-type'] ?? 'application/octet-stream'
      return { body: answer.body, contentType }
    },
  }
}

function readAnswer(answer: ExchangeAnswer): ApiAnswer {
  const value = parse(answer.body)
  if (answer.status === 200 && value !== undefined) return { ok: true, value }
  const told = (value as { error?: { code?: unknown; message?: unknown } } | undefined)?.error
  const code = typeof told?.code === 'string' ? told.code : 'unknown_error'
  const message = typeof told?.message === 'string' ? told.message : `answered ${answer.status}`
  const failure = new Error(`Vercel Blob: ${message}`)
  if (answer.status >= 500 || code === 'unknown_error') throw failure
  return { ok: false, code, failure }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}
