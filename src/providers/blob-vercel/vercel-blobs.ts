import { checkBlobKey, encodeBlobKey, type BlobStore } from '#platform/blob-store.ts'
import { createBlobApi, type BlobApi } from './blob-api.ts'

export type VercelOptions = {
  /** `vercel_blob_rw_<store>_<secret>`. */
  token: string
  /** Another address of the upload API, such as the sandbox's; public addresses then lie below its origin. */
  apiUrl?: string
}

const API_URL = 'https://vercel.com/api/blob'
/** A month is what the service keeps by default; content under a key never changes, so the longest is right. */
const CACHE_SECONDS = 365 * 24 * 3_600
/** The most that the service lists at once. */
const PAGE_SIZE = 1_000

/**
 * Blobs in a store of Vercel Blob, public for reading. Speaks the API directly: the official client takes address and
 * retries from the environment only, and retries for a quarter of an hour.
 */
export function createVercelBlobs(options: VercelOptions): BlobStore {
  const store = storeOf(options.token)
  const api = createBlobApi({ apiUrl: options.apiUrl ?? API_URL, token: options.token, store })
  const host = `${store.toLowerCase()}.public.blob.vercel-storage.com`
  const publicUrl =
    options.apiUrl === undefined ? `https://${host}` : `${new URL(options.apiUrl).origin}/${host}`
  const has = async (key: string): Promise<boolean> => (await findUrl(api, key)) !== undefined
  return {
    async put(key, blob) {
      checkBlobKey(key)
      const answer = await api.call({
        method: 'PUT',
        path: `/?${new URLSearchParams({ pathname: key }).toString()}`,
        headers: {
          'x-vercel-blob-access': 'public',
          'x-content-type': blob.contentType,
          'x-add-random-suffix': '0',
          // An overwritten file would be served from caches in its old form for weeks.
          'x-allow-overwrite': '0',
          'x-cache-control-max-age': String(CACHE_SECONDS),
        },
        body: blob.body,
      })
      // Refused because it exists, most likely; the service's word for that is not documented, so it is asked.
      if (!answer.ok && !(await has(key))) throw answer.failure
    },
    async get(key) {
      checkBlobKey(key)
      const url = await findUrl(api, key)
      return url === undefined ? undefined : api.read(url)
    },
    has,
    async remove(key) {
      checkBlobKey(key)
      const body = Buffer.from(JSON.stringify({ urls: [key] }))
      const headers = { 'content-type': 'application/json' }
      const answer = await api.call({ method: 'POST', path: '/delete', headers, body })
      if (!answer.ok && answer.code !== 'not_found') throw answer.failure
    },
    list: (prefix) => listKeys(api, prefix),
    urlOf(key) {
      checkBlobKey(key)
      return `${publicUrl}/${encodeBlobKey(key)}`
    },
  }
}

function storeOf(token: string): string {
  const match = /^vercel_blob_rw_([A-Za-z0-9]+)_[A-Za-z0-9]+$/.exec(token)
  if (match?.[1] === undefined)
    throw new Error('BLOB_READ_WRITE_TOKEN is not a read-write token of Vercel Blob')
  return match[1]
}

async function findUrl(api: BlobApi, key: string): Promise<string | undefined> {
  checkBlobKey(key)
  const answer = await api.call({ method: 'GET', path: `?${new URLSearchParams({ url: key }).toString()}` })
  if (!answer.ok) {
    if (answer.code === 'not_found') return undefined
    throw answer.failure
  }
  const { url } = answer.value as { url?: unknown }
  if (typeof url !== 'string') throw new Error('Vercel Blob: a file without an address')
  return url
}

async function* listKeys(api: BlobApi, prefix: string): AsyncIterable<string> {
  let cursor: string | undefined
  do {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), prefix, ...(cursor ? { cursor } : {}) })
    const answer = await api.call({ method: 'GET', path: `?${query.toString()}` })
    if (!answer.ok) throw answer.failure
    const page = answer.value as { blobs?: { pathname: string }[]; hasMore?: boolean; cursor?: string }
    if (!Array.isArray(page.blobs)) throw new Error('Vercel Blob: a list without files')
    for (const { pathname } of page.blobs) yield pathname
    cursor = page.hasMore ? page.cursor : undefined
  } while (cursor !== undefined)
}
