import type { Context } from 'hono'
import type { BlobState } from './blob-state.ts'
import type { StoredFile } from './stored-file.ts'

/** The service's words for what went wrong. */
export type BlobErrorCode =
  | 'forbidden'
  | 'bad_request'
  | 'not_found'
  | 'store_not_found'
  | 'precondition_failed'

const STATUS: Record<BlobErrorCode, 400 | 403 | 404 | 412> = {
  forbidden: 403,
  bad_request: 400,
  not_found: 404,
  store_not_found: 404,
  precondition_failed: 412,
}

/** Returns the service's answer to a refused call. */
export function refuse(c: Context, code: BlobErrorCode, message: string): Response {
  return c.json({ error: { code, message } }, STATUS[code])
}

/** Returns the host of the store's public files. */
export function publicHost(state: BlobState): string {
  return `${state.store.toLowerCase()}.public.blob.vercel-storage.com`
}

/** Returns the path below this sandbox that stands for the file's public address. */
export function publicPath(state: BlobState, pathname: string): string {
  return `/${publicHost(state)}/${pathname.split('/').map(encodeURIComponent).join('/')}`
}

/** Returns what every answer says of a file. */
export function describeFile(c: Context, state: BlobState, file: StoredFile) {
  const url = `${new URL(c.req.url).origin}${publicPath(state, file.pathname)}`
  const name = file.pathname.split('/').at(-1) ?? ''
  return {
    url,
    downloadUrl: `${url}?download=1`,
    pathname: file.pathname,
    size: file.body.byteLength,
    uploadedAt: file.uploadedAt,
    etag: file.etag,
    contentType: file.contentType,
    contentDisposition: `inline; filename="${encodeURIComponent(name)}"`,
    cacheControl: `public, max-age=${file.cacheSeconds}`,
  }
}
