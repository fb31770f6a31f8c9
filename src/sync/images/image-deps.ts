import type { BlobStore } from '#platform/blob-store.ts'
import type { Database } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import type { SafeFetch } from '#platform/safe-fetch.ts'

/** What mirroring pictures is given by the composition root. */
export type ImageDeps = {
  db: Database
  blobs: BlobStore
  log: Log
  /** Made once per process by `createSafeFetch`, with the origins that the configuration allows. */
  fetch: SafeFetch
}
