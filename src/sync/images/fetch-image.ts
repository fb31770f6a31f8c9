import type { SafeAnswer, SafeFetch, SafeFetchFailure } from '#platform/safe-fetch.ts'
import type { ClaimedImage } from './images-store.ts'

/**
 * What a source says of a picture. `rest`: the whole host asks to be left alone for a while; not the picture's fault.
 * `lasting`: asking again soon is of no use.
 */
export type FetchedImage =
  | { kind: 'unchanged' }
  | { kind: 'body'; body: Buffer; etag: string | null; lastModified: string | null }
  | { kind: 'failed'; code: string; detail: string; isLasting: boolean }
  | { kind: 'rest'; afterSeconds: number }
  | { kind: 'stopped' }

/** What our own rules refuse stays refused. */
const LASTING = new Set<SafeFetchFailure['code']>([
  'bad_url',
  'refused_address',
  'too_many_redirects',
  'too_large',
  'encoded',
])
const BUSY = new Set([429, 503])
/** A validator longer than this is not worth a column. */
const MAX_VALIDATOR_LENGTH = 500
const DEFAULT_REST_SECONDS = 60
const MAX_REST_SECONDS = 3_600

/** Asks for a picture, and only for what is new when something was found before. */
export async function fetchImage(
  fetch: SafeFetch,
  image: ClaimedImage,
  signal: AbortSignal,
): Promise<FetchedImage> {
  const conditions = conditionsOf(image)
  const answer = await fetch({ url: image.url, headers: { Accept: 'image/*', ...conditions }, signal })
  if (!answer.ok) {
    const { code, detail } = answer.error
    if (code === 'stopped') return { kind: 'stopped' }
    return { kind: 'failed', code, detail, isLasting: LASTING.has(code) }
  }
  const { status, headers, body } = answer.value
  if (status === 304 && Object.keys(conditions).length > 0) return { kind: 'unchanged' }
  if (status === 200) {
    const etag = validator(headers.etag)
    return { kind: 'body', body, etag, lastModified: validator(headers['last-modified']) }
  }
  if (BUSY.has(status)) return { kind: 'rest', afterSeconds: restOf(answer.value) }
  const isLasting = status >= 300 && status < 500 && status !== 408
  return { kind: 'failed', code: `http_${status}`, detail: `answered ${status}`, isLasting }
}

function conditionsOf(image: ClaimedImage): Record<string, string> {
  if (image.sha256 === null) return {}
  if (image.etag !== null) return { 'If-None-Match': image.etag }
  return image.lastModified === null ? {} : { 'If-Modified-Since': image.lastModified }
}

function validator(header: string | undefined): string | null {
  return header !== undefined && header.length > 0 && header.length <= MAX_VALIDATOR_LENGTH ? header : null
}

/** Seconds only: the other form, a date, is rare enough for the default. */
function restOf({ headers }: SafeAnswer): number {
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, MAX_REST_SECONDS) : DEFAULT_REST_SECONDS
}
