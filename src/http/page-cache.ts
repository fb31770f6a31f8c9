import { elapsedMs } from '#platform/clock.ts'
import type { HeaderMap } from './reply.ts'
import type { StoredBody } from './stored-body.ts'

/** How long and how much the cache keeps. */
export type PageCacheLimits = { freshMs: number; staleMs: number; maxBytes: number }

export const PAGE_CACHE_LIMITS: PageCacheLimits = {
  /** Prices on a page may be this old where no event told otherwise. */
  freshMs: 30_000,
  /** So long an old copy is served while a new one is made. */
  staleMs: 5 * 60_000,
  /** About a thousand pages with their compressed copies. */
  maxBytes: 48 * 1024 * 1024,
}

/** A page of a catalogue is kept in up to three encodings; the copies are together smaller than the page. */
const COPIES_FACTOR = 2

/** A rendered page; only one with `tags` may be kept. */
export type RenderedPage = {
  status: number
  headers: HeaderMap
  stored: StoredBody
  tags: readonly string[] | null
}

type Entry = { page: RenderedPage; madeAt: number; size: number }

export type PageCache = {
  /** The kept page, or a new one; several who ask at once share one rendering. */
  get(key: string, render: () => Promise<RenderedPage>): Promise<RenderedPage>
  /** Forgets pages with one of the tags and pages without any, or all. */
  clear(tags: readonly string[] | 'all'): void
}

/** A bounded cache of anonymous pages: fresh for a while, then served stale while one request renders anew. */
export function createPageCache(
  limits: PageCacheLimits = PAGE_CACHE_LIMITS,
  now: () => number = elapsedMs,
): PageCache {
  // A Map keeps insertion order: the first entry is the one unused for longest.
  const entries = new Map<string, Entry>()
  const running = new Map<string, Promise<RenderedPage>>()
  let bytes = 0
  let generation = 0

  const drop = (key: string) => {
    bytes -= entries.get(key)?.size ?? 0
    entries.delete(key)
  }
  const keep = (key: string, page: RenderedPage) => {
    const previous = entries.get(key)?.page.stored
    // The same bytes again: their compressed copies are still good.
    if (previous?.etag === page.stored.etag) page.stored.variants = previous.variants
    drop(key)
    const size = page.stored.bytes.byteLength * COPIES_FACTOR + key.length
    entries.set(key, { page, madeAt: now(), size })
    bytes += size
    for (const oldest of entries.keys()) {
      if (bytes <= limits.maxBytes) break
      drop(oldest)
    }
  }
  const refresh = (key: string, render: () => Promise<RenderedPage>): Promise<RenderedPage> => {
    const shared = running.get(key)
    if (shared !== undefined) return shared
    const startedIn = generation
    const made = render()
      .then((page) => {
        // What was rendered before a change was announced is shown once, never kept.
        if (startedIn !== generation) return page
        if (page.tags === null) drop(key)
        else keep(key, page)
        return page
      })
      .finally(() => {
        if (running.get(key) === made) running.delete(key)
      })
    running.set(key, made)
    return made
  }
  return {
    get: (key, render) => {
      const entry = entries.get(key)
      const age = entry === undefined ? Infinity : now() - entry.madeAt
      if (entry === undefined || age > limits.freshMs + limits.staleMs) return refresh(key, render)
      entries.delete(key)
      entries.set(key, entry)
      if (age > limits.freshMs) refresh(key, render).catch(() => drop(key))
      return Promise.resolve(entry.page)
    },
    clear: (tags) => {
      generation += 1
      running.clear()
      for (const [key, { page }] of entries) {
        const own = page.tags ?? []
        if (tags === 'all' || own.length === 0 || own.some((tag) => tags.includes(tag))) drop(key)
      }
    },
  }
}
