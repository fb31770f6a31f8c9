import { compress, isCompressible, pickEncoding, type Encoding } from './compress.ts'
import { decodeUtf8 } from './read-body.ts'
import { etagOf, hasVersion } from './etag.ts'
import type { HeaderMap, Reply } from './reply.ts'

/** Bytes kept in memory with their compressed copies, made once when first asked for. */
export type StoredBody = {
  bytes: Uint8Array<ArrayBuffer>
  etag: string
  contentType: string
  /** The same as text, for answers without encoding: the server sends text and headers in one piece. */
  text: string | undefined
  variants: Partial<Record<Encoding, Promise<Uint8Array<ArrayBuffer>>>>
}

/** The bytes ready to be served again and again. */
export function storeBody(bytes: Uint8Array<ArrayBuffer>, contentType: string): StoredBody {
  const text = contentType.startsWith('text/') ? decodeUtf8(bytes) : undefined
  return { bytes, etag: etagOf(bytes), contentType, text, variants: {} }
}

/** The stored bytes as the client can take them: 304 when it has them, else compressed where it helps. */
export async function storedReply(
  request: Request,
  stored: StoredBody,
  headers: HeaderMap,
  status = 200,
): Promise<Reply> {
  if (status === 200 && hasVersion(request, stored.etag)) {
    return { status: 304, headers: { ...headers, etag: stored.etag, vary: varyOf(headers) }, body: null }
  }
  const full = { 'content-type': stored.contentType, ...headers, etag: stored.etag, vary: varyOf(headers) }
  const encoding = isCompressible(stored.contentType, stored.bytes.byteLength)
    ? pickEncoding(request.headers.get('accept-encoding'))
    : undefined
  if (encoding === undefined) return { status, headers: full, body: stored.text ?? stored.bytes }
  const body = await (stored.variants[encoding] ??= compress(stored.bytes, encoding))
  return { status, headers: { ...full, 'content-encoding': encoding }, body }
}

function varyOf(headers: HeaderMap): string {
  return headers.vary === undefined ? 'accept-encoding' : `accept-encoding, ${headers.vary}`
}
