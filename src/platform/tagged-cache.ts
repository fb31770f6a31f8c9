import { elapsedMs } from './clock.ts'

/** How one entry is kept. `tags` name what it was made from: clearing one of them drops the entry. */
export type CacheRule<T> = {
  ttlMs: number
  tags?: readonly string[]
  /** Says which values are worth keeping; all of them when absent. */
  keep?: (value: T) => boolean
}

/** Values of this process only, bounded in bytes; the least recently used ones leave first. */
export type TaggedCache = {
  /** The cached value, or what `load` returns. Callers of one key share one load; a failed load is not kept. */
  getOrLoad<T>(key: string, rule: CacheRule<T>, load: () => Promise<T>): Promise<T>
  /** Drops every entry with one of the tags. Loads already under way answer their callers and are not kept. */
  clear(tags: readonly string[]): void
  /** Versions of tags that this process has acted on; `refreshTags` compares and updates them. */
  seenVersions: Map<string, number>
  usage(): { entries: number; bytes: number }
}

type Entry = { value: unknown; bytes: number; expiresAt: number; tags: readonly string[] }

/** Objects cost more in memory than their JSON text; measured 2 to 3 bytes per character for product rows. */
const BYTES_PER_CHARACTER = 3
/** The key, the map slot and the entry object. */
const ENTRY_OVERHEAD_BYTES = 200

/** An empty cache of at most `maxBytes`. `nowMs` is any monotonic clock. */
export function createTaggedCache(options: { maxBytes: number; nowMs?: () => number }): TaggedCache {
  const nowMs = options.nowMs ?? elapsedMs
  const entries = new Map<string, Entry>()
  const loads = new Map<string, Promise<unknown>>()
  const clearings = new Map<string, number>()
  let bytes = 0

  function drop(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0
    entries.delete(key)
  }

  function find(key: string): Entry | undefined {
    const entry = entries.get(key)
    if (entry === undefined) return undefined
    entries.delete(key)
    if (entry.expiresAt <= nowMs()) {
      bytes -= entry.bytes
      return undefined
    }
    entries.set(key, entry)
    return entry
  }

  function keep(key: string, value: unknown, rule: { ttlMs: number; tags: readonly string[] }): void {
    const size =
      (JSON.stringify(value) ?? '').length * BYTES_PER_CHARACTER + key.length * 2 + ENTRY_OVERHEAD_BYTES
    if (size > options.maxBytes) return
    drop(key)
    entries.set(key, { value, bytes: size, expiresAt: nowMs() + rule.ttlMs, tags: rule.tags })
    bytes += size
    for (const oldest of entries.keys()) {
      if (bytes <= options.maxBytes) break
      drop(oldest)
    }
  }

  function clearingsOf(tags: readonly string[]): number {
    return tags.reduce((sum, tag) => sum + (clearings.get(tag) ?? 0), 0)
  }

  async function load<T>(key: string, rule: CacheRule<T>, work: () => Promise<T>): Promise<T> {
    const tags = rule.tags ?? []
    const before = clearingsOf(tags)
    const value = await work()
    if (clearingsOf(tags) === before && (rule.keep?.(value) ?? true))
      keep(key, value, { ttlMs: rule.ttlMs, tags })
    return value
  }

  return {
    async getOrLoad<T>(key: string, rule: CacheRule<T>, work: () => Promise<T>): Promise<T> {
      const entry = find(key)
      if (entry !== undefined) return entry.value as T
      const shared = loads.get(key)
      if (shared !== undefined) return shared as Promise<T>
      const started = load(key, rule, work).finally(() => {
        if (loads.get(key) === started) loads.delete(key)
      })
      loads.set(key, started)
      return started
    },
    clear(tags) {
      for (const tag of tags) clearings.set(tag, (clearings.get(tag) ?? 0) + 1)
      for (const [key, entry] of entries) {
        if (entry.tags.some((tag) => tags.includes(tag))) drop(key)
      }
      // A load that began before the change may hold the old state: later callers must not join it.
      loads.clear()
    },
    seenVersions: new Map(),
    usage: () => ({ entries: entries.size, bytes }),
  }
}
