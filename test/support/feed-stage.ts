import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { feedProductStream } from '../../src/catalog/index.ts'
import type { BlobStore } from '../../src/platform/blob-store.ts'
import { createLog } from '../../src/platform/log.ts'
import { createSafeFetch } from '../../src/platform/safe-fetch.ts'
import { createLocalBlobs } from '../../src/providers/blob-local/local-blobs.ts'
import { resellerStream } from '../../src/resellers/index.ts'
import {
  defineStream,
  driveRun,
  findRun,
  imageStream,
  registerConnections,
  requestRun,
  type SyncDeps,
} from '../../src/sync/index.ts'
import type { RunDetail, RunMode } from '../../src/sync/run-view.ts'
import { startFeedSandbox, type FeedSandbox } from './feed-sandbox.ts'
import { createTestDatabase, queryAs, type TestDatabase } from './test-database.ts'

/** The connection `feed` over its sandbox, on a database and a store of its own. */
export type FeedStage = {
  sandbox: FeedSandbox
  database: TestDatabase
  deps: SyncDeps
  blobs: BlobStore
  /** A run to its end. Without streams: all of them. */
  run(mode?: RunMode, streams?: readonly string[]): Promise<RunDetail>
  query<Row extends Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  stop(): Promise<void>
}

const RUN_MS = 60_000

/** Starts sandbox, database and engine. */
export async function startFeedStage(): Promise<FeedStage> {
  const [sandbox, database, folder] = await Promise.all([
    startFeedSandbox(),
    createTestDatabase(),
    mkdtemp(path.join(tmpdir(), 'lapak-feed-')),
  ])
  const { db } = database
  const log = createLog('silent')
  const blobs = createLocalBlobs({ folder, urlPrefix: '/media' })
  const fetch = createSafeFetch({ allowedOrigins: [new URL(sandbox.url).origin] })
  const feed = sandbox.connect()
  const streams = [
    defineStream(resellerStream(feed.resellers)),
    defineStream(feedProductStream(feed.products)),
    imageStream({ db, log, blobs, fetch }),
  ]
  const deps: SyncDeps = {
    db,
    log,
    connections: new Map([['feed', { name: 'feed', streams, schedules: [] }]]),
    enqueue: async () => undefined,
    timing: { retryBaseMs: 1, retryMaxMs: 5 },
  }
  await registerConnections(deps)
  return {
    sandbox,
    database,
    deps,
    blobs,
    async run(mode = 'full', only) {
      const wish = { connection: 'feed', trigger: 'manual', kind: 'live', mode } as const
      const requested = await requestRun(deps, { ...wish, ...(only ? { streams: only } : {}) })
      if (!requested.ok) throw new Error(requested.error.code)
      await driveRun(deps, requested.value.runId, AbortSignal.timeout(RUN_MS))
      const run = await findRun(deps, requested.value.runId)
      if (run === undefined) throw new Error('the run is gone')
      return run
    },
    query: (text, values) => queryAs(database.url, text, values),
    async stop() {
      await sandbox.stop()
      await database.drop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
