import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { imageStream, wantImages, type ImageDeps, type NamedPictures } from '../../../src/sync/index.ts'
import type { BlobStore } from '../../../src/platform/blob-store.ts'
import { newId } from '../../../src/platform/ids.ts'
import { createLog } from '../../../src/platform/log.ts'
import { createSafeFetch } from '../../../src/platform/safe-fetch.ts'
import { createLocalBlobs } from '../../../src/providers/blob-local/local-blobs.ts'
import { createTestDatabase, queryAs, type TestDatabase } from '../../support/test-database.ts'

type Served = RequestListener | { body: Buffer; etag?: string; lastModified?: string }

/** A server of pictures that counts who asked for what, a store, a database, and a stream between them. */
export type ImageStage = {
  deps: ImageDeps & { namedPictures: readonly NamedPictures[] }
  database: TestDatabase
  origin: string
  /** Where the store keeps its files. */
  folder: string
  blobs: BlobStore
  /** What is served, by path. */
  served: Map<string, Served>
  requests: { path: string; headers: IncomingHttpHeaders; status: number }[]
  /** Keys that were written, in order. */
  puts: string[]
  want(...names: (string | { name: string; alt: string })[]): Promise<void>
  /** A whole run: steps until none is left. */
  run(options?: RunOptions): Promise<RunResult>
  image(name: string): Promise<ImageRow | undefined>
  keys(): Promise<string[]>
  sql<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  stop(): Promise<void>
}

type RunOptions = { isDry?: boolean; runId?: string; deps?: Partial<ImageDeps>; signal?: AbortSignal }

export type RunResult = {
  counts: Record<string, number>
  errors: { code: string; detail: string; record?: string }[]
}

export type ImageRow = {
  alt: string
  state: string
  sha256: Buffer | null
  etag: string | null
  fail_count: number
  error_code: string | null
  wait_seconds: number
  claim: string | null
}

export async function startImageStage(): Promise<ImageStage> {
  const database = await createTestDatabase()
  const folder = await mkdtemp(path.join(tmpdir(), 'lapak-images-'))
  const served: ImageStage['served'] = new Map()
  const requests: ImageStage['requests'] = []
  const server = createServer((request, response) => {
    const name = request.url ?? ''
    response.on('close', () =>
      requests.push({ path: name, headers: request.headers, status: response.statusCode }),
    )
    const found = served.get(name)
    if (typeof found === 'function') found(request, response)
    else if (!found) response.writeHead(404).end('nothing')
    else answer(found, request.headers, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const local = createLocalBlobs({ folder, urlPrefix: '/media' })
  const puts: string[] = []
  const blobs: BlobStore = {
    ...local,
    async put(key, blob) {
      puts.push(key)
      await local.put(key, blob)
    },
  }
  const fetch = createSafeFetch({ allowedOrigins: [origin], timeoutMs: 1_000 })
  const deps = { db: database.db, blobs, log: createLog('silent'), fetch, namedPictures: [] }
  const sql: ImageStage['sql'] = (text, values) => queryAs(database.url, text, values)
  return {
    deps,
    database,
    origin,
    folder,
    blobs,
    served,
    requests,
    puts,
    sql,
    async want(...names) {
      const images = names.map((entry) =>
        typeof entry === 'string'
          ? { url: origin + entry, alt: '' }
          : { url: origin + entry.name, alt: entry.alt },
      )
      await database.db.transaction('test.want', { role: 'worker' }, (tx) => wantImages(tx, images))
    },
    run: (options = {}) => runImages({ ...deps, ...options.deps }, options),
    async image(name) {
      const [row] = await sql<ImageRow>(
        `select *, extract(epoch from next_at - now())::float8 as wait_seconds from sync_images where url = $1`,
        [origin + name],
      )
      return row
    },
    async keys() {
      const keys: string[] = []
      for await (const key of local.list('img/')) keys.push(key)
      return keys
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await database.drop()
      await rm(folder, { recursive: true })
    },
  }
}

function answer(
  found: Exclude<Served, RequestListener>,
  headers: IncomingHttpHeaders,
  response: ServerResponse,
): void {
  const { body, etag, lastModified } = found
  if (etag) response.setHeader('etag', etag)
  if (lastModified) response.setHeader('last-modified', lastModified)
  const isKnown = etag
    ? headers['if-none-match'] === etag
    : lastModified !== undefined && headers['if-modified-since'] === lastModified
  response.writeHead(isKnown ? 304 : 200).end(isKnown ? undefined : body)
}

async function runImages(deps: ImageDeps, options: RunOptions): Promise<RunResult> {
  const stream = imageStream(deps)
  const context = {
    runId: options.runId ?? newId(),
    isDry: options.isDry ?? false,
    signal: options.signal ?? new AbortController().signal,
  }
  const result: RunResult = { counts: {}, errors: [] }
  for (;;) {
    const step = await stream.step(context)
    for (const [name, count] of Object.entries(step.counts))
      result.counts[name] = (result.counts[name] ?? 0) + count
    result.errors.push(...step.errors)
    if (step.done || context.signal.aborted) return result
  }
}

/** A picture of one colour, different for every seed. */
export function drawPicture(seed: number, format: 'png' | 'jpeg' | 'webp' = 'png'): Promise<Buffer> {
  const background = { r: seed % 256, g: (seed * 7) % 256, b: (seed * 31) % 256 }
  return sharp({ create: { width: 40, height: 30 + (seed % 10), channels: 3, background } })
    .toFormat(format)
    .toBuffer()
}
