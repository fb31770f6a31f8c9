import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const brotliAsync = promisify(brotliCompress)
const gzipAsync = promisify(gzip)

/** Below this a compressed copy saves no packet. */
const MIN_BYTES = 1024

/** Quality for bytes kept and served many times; higher costs tens of milliseconds for a few bytes. */
const BROTLI_QUALITY = 6

export type Encoding = 'br' | 'gzip'

/** The better of the two encodings the client accepts, or undefined. A `q=0` refuses one. */
export function pickEncoding(acceptEncoding: string | null): Encoding | undefined {
  if (acceptEncoding === null) return undefined
  if (/\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(acceptEncoding)) return 'br'
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(acceptEncoding) ? 'gzip' : undefined
}

/** Whether bytes of this type and length are worth compressing. */
export function isCompressible(contentType: string, length: number): boolean {
  return (
    length >= MIN_BYTES &&
    /^(text\/|application\/(json|javascript|xml|manifest\+json)|image\/svg)/.test(contentType)
  )
}

/** The bytes in the encoding. */
export async function compress(bytes: Uint8Array, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  if (encoding === 'gzip') return new Uint8Array(await gzipAsync(bytes))
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength,
  }
  return new Uint8Array(await brotliAsync(bytes, { params }))
}
