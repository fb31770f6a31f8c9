import { randomUUID } from 'node:crypto'
import { feedProductStream } from '../../src/catalog/index.ts'
import type { FeedProduct } from '../../src/catalog/ports.ts'
import { openDatabase } from '../../src/platform/database.ts'
import { createLog } from '../../src/platform/log.ts'
import { createFeed } from '../../src/providers/feed/feed.ts'
import {
  defineStream,
  driveRun,
  registerConnections,
  requestRun,
  type Connection,
  type SyncDeps,
} from '../../src/sync/index.ts'
import { fingerprinter } from '../../src/sync/pull/fingerprint.ts'
import type { InboundSource, PageRequest } from '../../src/sync/ports.ts'
import { serveParent } from '../support/child.ts'
import { copyLoad } from '../support/copy-load.ts'

type Source = InboundSource<FeedProduct>
type Where = { databaseUrl: string; feedUrl: string; token: string }

const SAMPLE_MS = 50
const BYTES_PER_MIB = 1_048_576

const never = new AbortController().signal

/** The source, with the time that its answers took. */
function timed(source: Source): { source: Source; waited: () => number } {
  let waitedMs = 0
  return {
    source: {
      ...source,
      async fetchPage(request) {
        const askedAt = performance.now()
        const page = await source.fetchPage(request)
        waitedMs += performance.now() - askedAt
        return page
      },
    },
    waited: () => waitedMs / 1_000,
  }
}

async function* pagesOf(source: Source): AsyncIterable<readonly unknown[]> {
  const request: Omit<PageRequest, 'position'> = { mode: 'full', from: null, to: new Date(), signal: never }
  for (let position: string | null = null; ;) {
    const page = await source.fetchPage({ ...request, position })
    if (!page.ok) throw new Error(page.error.detail)
    yield page.value.rows
    position = page.value.next
    if (position === null) return
  }
}

/** The highest resident memory while `work` runs, in MiB. */
async function watchMemory<T>(work: () => Promise<T>): Promise<{ result: T; peakMib: number }> {
  let peak = process.memoryUsage.rss()
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), SAMPLE_MS)
  try {
    return { result: await work(), peakMib: peak / BYTES_PER_MIB }
  } finally {
    clearInterval(timer)
  }
}

async function runOnce({ databaseUrl, feedUrl, token }: Where) {
  const { source, waited } = timed(createFeed({ apiUrl: feedUrl, token }).products)
  const connection: Connection = {
    name: 'feed',
    streams: [defineStream(feedProductStream(source))],
    schedules: [],
  }
  const db = openDatabase({ url: databaseUrl, connections: 4 })
  const deps: SyncDeps = {
    db,
    log: createLog('error'),
    connections: new Map([['feed', connection]]),
    // The run is worked on right here; nobody listens for jobs.
    enqueue: async () => undefined,
  }
  try {
    await registerConnections(deps)
    const startedAt = performance.now()
    const { result, peakMib } = await watchMemory(async () => {
      const requested = await requestRun(deps, {
        connection: 'feed',
        trigger: 'manual',
        kind: 'live',
        mode: 'full',
      })
      if (!requested.ok) throw new Error(requested.error.code)
      return await driveRun(deps, requested.value.runId, never)
    })
    const seconds = (performance.now() - startedAt) / 1_000
    if (result?.status !== 'succeeded') throw new Error(`run ended as ${JSON.stringify(result)}`)
    const [stream] = result.streams
    if (stream === undefined) throw new Error('run without a stream')
    return { seconds, waitedSeconds: waited(), peakMib, stream }
  } finally {
    await db.close()
  }
}

/** Reads every record and makes its fingerprint, without any database. */
async function readOnly({ feedUrl, token }: Where): Promise<{ seconds: number; waitedSeconds: number }> {
  const { source, waited } = timed(createFeed({ apiUrl: feedUrl, token }).products)
  const fingerprint = fingerprinter(feedProductStream(source))
  const startedAt = performance.now()
  let digits = 0
  for await (const rows of pagesOf(source)) {
    for (const raw of rows) {
      const record = source.read(raw)
      if (record.ok) digits += fingerprint(record.value.value).length
    }
  }
  if (digits === 0) throw new Error('nothing was read')
  return { seconds: (performance.now() - startedAt) / 1_000, waitedSeconds: waited() }
}

const COLUMNS = [
  'id',
  'external_id',
  'name',
  'slug',
  'description',
  'registration_number',
  'price_general',
  'price_consultant',
  'price_supervisor',
  'price_manager',
  'price_director',
  'picture_url',
  'picture_alt',
]

function copyField(value: string | number | null): string {
  if (value === null) return String.raw`\N`
  return String(value)
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
}

/** The same rows in the text form of COPY, one piece per page. */
async function* copyPieces({ feedUrl, token }: Where): AsyncIterable<string> {
  const source = createFeed({ apiUrl: feedUrl, token }).products
  for await (const rows of pagesOf(source)) {
    let piece = ''
    for (const raw of rows) {
      const record = source.read(raw)
      if (!record.ok) continue
      const { externalId, value } = record.value
      const fields = [
        randomUUID(),
        externalId,
        value.name,
        value.slug,
        value.description,
        value.registrationNumber,
        value.priceGeneral,
        value.priceConsultant,
        value.priceSupervisor,
        value.priceManager,
        value.priceDirector,
        value.pictureUrl,
        value.pictureAlt,
      ]
      piece += `${fields.map(copyField).join('\t')}\n`
    }
    yield piece
  }
}

serveParent(
  null,
  {
    run: (where: Where) => runOnce(where),
    readOnly: (where: Where) => readOnly(where),
    copy: (where: Where) => copyLoad(where.databaseUrl, COLUMNS, copyPieces(where)),
  },
  () => undefined,
)
