import { err, ok, type Result } from '#shared/result.ts'
import type { Refusal } from './problem-reply.ts'

/** Largest JSON body: an order of a hundred lines has about 30 KB. */
export const MAX_JSON_BYTES = 64 * 1024

/** Largest webhook: providers send 1 to 4 KB. */
export const MAX_WEBHOOK_BYTES = 64 * 1024

/** Largest form of a page. */
export const MAX_FORM_BYTES = 256 * 1024

/** Largest stock import: about 100,000 voucher codes. */
export const MAX_IMPORT_BYTES = 5 * 1024 * 1024

/**
 * The raw bytes of the body. Refuses more than `limit` bytes by the announced length before reading, or while
 * reading when no length was announced; refuses compressed bodies, so that a small one cannot unfold.
 */
export async function readBody(
  request: Request,
  limit: number,
): Promise<Result<Buffer<ArrayBuffer>, Refusal>> {
  const encoding = request.headers.get('content-encoding')
  if (encoding !== null && encoding !== 'identity') return err({ code: 'unsupported_encoding' })
  const announced = request.headers.get('content-length')
  if (announced !== null && Number(announced) > limit)
    return err({ code: 'body_too_large', headers: { connection: 'close' } })
  try {
    // The HTTP parser never hands over more than the announced length.
    if (announced !== null) return ok(Buffer.from(await request.arrayBuffer()))
    return await readUpTo(request, limit)
  } catch {
    return err({ code: 'incomplete_request' })
  }
}

async function readUpTo(request: Request, limit: number): Promise<Result<Buffer<ArrayBuffer>, Refusal>> {
  if (request.body === null) return ok(Buffer.alloc(0))
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return ok(Buffer.concat(chunks))
    size += value.byteLength
    if (size > limit) {
      await reader.cancel()
      return err({ code: 'body_too_large', headers: { connection: 'close' } })
    }
    chunks.push(value)
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })

/** The bytes as text, or undefined when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes)
  } catch {
    return undefined
  }
}

/** The media type without parameters, in lower case; undefined when the charset is not UTF-8. */
export function mediaTypeOf(headers: Headers): string | undefined {
  const [type = '', ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';')
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='))
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset)
  return isUtf8 ? type.trim() : undefined
}
