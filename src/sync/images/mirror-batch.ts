import { createHostRest, type HostRest } from './host-rest.ts'
import { fetchImage, type FetchedImage } from './fetch-image.ts'
import type { ImageDeps } from './image-deps.ts'
import type { ClaimedImage, ContentRow, ImageOutcome } from './images-store.ts'
import { workInLanes } from './lanes.ts'
import { RECHECK_SECONDS, retrySeconds } from './next-look.ts'
import { storeContent, type ContentsInWork } from './store-content.ts'

/** What a batch of claimed pictures came to. Files of `contents` are stored; nothing refers to them yet. */
export type BatchResult = {
  outcomes: ImageOutcome[]
  contents: ContentRow[]
  /** Pictures given back without an outcome, with the seconds after which they are due again. */
  released: { url: string; afterSeconds: number }[]
  /** The store or the database was out of reach; what was done until then stands in the others. */
  failure?: unknown
}

/** Files of a content are deleted within seconds; then it can be stored again. */
export const REMOVAL_WAIT_SECONDS = 60
const MAX_DETAIL_LENGTH = 300

/** Mirrors claimed pictures; each of them is in the result, with an outcome or given back. */
export function createMirror(deps: ImageDeps): {
  mirror(images: readonly ClaimedImage[], signal: AbortSignal, mayStart: () => boolean): Promise<BatchResult>
} {
  const hosts = createHostRest()
  return {
    async mirror(images, signal, mayStart) {
      const result: BatchResult = { outcomes: [], contents: [], released: [] }
      const inWork: ContentsInWork = new Map()
      const { failure } = await workInLanes(images, hostOf, mayStart, async (image) => {
        const rest = hosts.secondsLeft(hostOf(image))
        if (rest > 0) result.released.push({ url: image.url, afterSeconds: rest })
        else await mirrorOne(deps, hosts, inWork, image, signal, result)
      })
      const settled = new Set([...result.outcomes, ...result.released].map(({ url }) => url))
      for (const { url } of images) if (!settled.has(url)) result.released.push({ url, afterSeconds: 0 })
      return failure === undefined ? result : { ...result, failure }
    },
  }
}

async function mirrorOne(
  deps: ImageDeps,
  hosts: HostRest,
  inWork: ContentsInWork,
  image: ClaimedImage,
  signal: AbortSignal,
  result: BatchResult,
): Promise<void> {
  const fetched = await fetchImage(deps.fetch, image, signal)
  noteHost(hosts, hostOf(image), fetched)
  switch (fetched.kind) {
    case 'unchanged':
      result.outcomes.push(kept(image, image.etag, image.lastModified))
      return
    case 'failed':
      result.outcomes.push(failed(image, fetched.code, fetched.detail, fetched.isLasting))
      return
    case 'stopped':
      result.released.push({ url: image.url, afterSeconds: 0 })
      return
    case 'rest':
      result.released.push({ url: image.url, afterSeconds: fetched.afterSeconds })
      return
    case 'body':
      await takeBody(deps, inWork, image, fetched, result)
  }
}

async function takeBody(
  deps: ImageDeps,
  inWork: ContentsInWork,
  image: ClaimedImage,
  { body, etag, lastModified }: Extract<FetchedImage, { kind: 'body' }>,
  result: BatchResult,
): Promise<void> {
  const stored = await storeContent(deps, inWork, body)
  if (!stored.ok) {
    const { code, detail } = stored.error
    if (code === 'being_removed') result.released.push({ url: image.url, afterSeconds: REMOVAL_WAIT_SECONDS })
    else result.outcomes.push(failed(image, code, detail, true))
    return
  }
  const { sha256, row } = stored.value
  if (row && !result.contents.includes(row)) result.contents.push(row)
  const isSame = image.sha256?.equals(sha256) ?? false
  result.outcomes.push({ ...kept(image, etag, lastModified), sha256: isSame ? null : sha256 })
}

function kept(image: ClaimedImage, etag: string | null, lastModified: string | null): ImageOutcome {
  return { url: image.url, sha256: null, etag, lastModified, error: null, afterSeconds: RECHECK_SECONDS }
}

function failed(image: ClaimedImage, code: string, detail: string, isLasting: boolean): ImageOutcome {
  return {
    url: image.url,
    sha256: null,
    etag: null,
    lastModified: null,
    error: { code, detail: detail.replaceAll('\0', '').toWellFormed().slice(0, MAX_DETAIL_LENGTH) },
    afterSeconds: retrySeconds(image.failCount, isLasting),
  }
}

function noteHost(hosts: HostRest, host: string, fetched: FetchedImage): void {
  if (fetched.kind === 'rest') hosts.rest(host, fetched.afterSeconds)
  else if (fetched.kind === 'failed' && !fetched.isLasting) hosts.noteTrouble(host)
  else if (fetched.kind !== 'stopped') hosts.noteSuccess(host)
}

function hostOf({ url }: ClaimedImage): string {
  return URL.canParse(url) ? new URL(url).host : ''
}
