import { createHash } from 'node:crypto'
import type { SandboxContext } from '../sandbox.ts'
import type { StoredFile } from './stored-file.ts'

/** A month, as the service keeps files in its caches unless told otherwise. */
const DEFAULT_CACHE_SECONDS = 30 * 24 * 3_600
/** The shortest that the service accepts. */
const MIN_CACHE_SECONDS = 60

/** The files of the store and what its caches still hold of them. */
export type BlobState = {
  token: string
  store: string
  files: Map<string, StoredFile>
  /** What readers get, by pathname, until the time comes. */
  cached: Map<string, { file: StoredFile; untilMs: number }>
  counts: { puts: number; deletes: number; reads: number }
}

const DEMO_TOKEN = 'vercel_blob_rw_LapakDemo_0123456789abcdefABCDEF'

/** Returns an empty store for the token of the environment, or the demo's. */
export function createBlobState(context: SandboxContext): BlobState {
  const token = context.env.BLOB_READ_WRITE_TOKEN ?? DEMO_TOKEN
  const [, , , store = ''] = token.split('_')
  return { token, store, files: new Map(), cached: new Map(), counts: { puts: 0, deletes: 0, reads: 0 } }
}

/** Forgets everything but the token. */
export function emptyState(state: BlobState): void {
  state.files.clear()
  state.cached.clear()
  state.counts = { puts: 0, deletes: 0, reads: 0 }
}

/** Stores a file and returns it. */
export function storeFile(
  state: BlobState,
  now: Date,
  upload: { pathname: string; body: Uint8Array; contentType: string; cacheSeconds: number | undefined },
): StoredFile {
  const { pathname, body, contentType } = upload
  const cacheSeconds = Math.max(MIN_CACHE_SECONDS, upload.cacheSeconds ?? DEFAULT_CACHE_SECONDS)
  const etag = `"${createHash('md5').update(body).digest('hex')}"`
  const file = { pathname, body, contentType, cacheSeconds, uploadedAt: now.toISOString(), etag }
  state.files.set(pathname, file)
  state.counts.puts += 1
  return file
}

/** Returns what a reader gets: the cached form while it lasts, even when the file was overwritten since. */
export function readFile(state: BlobState, now: Date, pathname: string): StoredFile | undefined {
  state.counts.reads += 1
  const cached = state.cached.get(pathname)
  if (cached && cached.untilMs > now.getTime()) return cached.file
  const file = state.files.get(pathname)
  if (file) state.cached.set(pathname, { file, untilMs: now.getTime() + file.cacheSeconds * 1_000 })
  return file
}

/** Deletes a file from the store and its caches; a missing one is no error. */
export function deleteFile(state: BlobState, pathname: string): void {
  state.cached.delete(pathname)
  if (state.files.delete(pathname)) state.counts.deletes += 1
}
