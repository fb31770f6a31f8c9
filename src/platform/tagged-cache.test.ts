import { describe, expect, it } from 'vitest'
import { createTaggedCache } from './tagged-cache.ts'

const RULE = { ttlMs: 1_000, tags: ['catalog'] }

describe('a tagged cache', () => {
  it('shares one load between callers and keeps its value until it is too old', async () => {
    let nowMs = 0
    let loads = 0
    const cache = createTaggedCache({ maxBytes: 10_000, nowMs: () => nowMs })
    const read = () => cache.getOrLoad('a', RULE, async () => (loads += 1))
    expect(await Promise.all([read(), read(), read()])).toEqual([1, 1, 1])
    nowMs = 999
    expect(await read()).toBe(1)
    nowMs = 1_000
    expect(await read()).toBe(2)
  })

  it('keeps no failed load and no unwanted value', async () => {
    const cache = createTaggedCache({ maxBytes: 10_000 })
    const failing = cache.getOrLoad('a', RULE, async () => {
      throw new Error('down')
    })
    await expect(failing).rejects.toThrow('down')
    await cache.getOrLoad('a', { ...RULE, keep: (value: number) => value > 1 }, async () => 1)
    expect(cache.usage()).toEqual({ entries: 0, bytes: 0 })
  })

  it('does not keep what was loaded before a change', async () => {
    const cache = createTaggedCache({ maxBytes: 10_000 })
    let finish: (value: string) => void = () => undefined
    const slow = cache.getOrLoad('a', RULE, () => new Promise<string>((resolve) => (finish = resolve)))
    cache.clear(['catalog'])
    const later = cache.getOrLoad('a', RULE, async () => 'new')
    finish('old')
    expect(await slow).toBe('old')
    expect(await later).toBe('new')
    expect(await cache.getOrLoad('a', RULE, async () => 'newest')).toBe('new')
  })

  it('drops by tag only', async () => {
    const cache = createTaggedCache({ maxBytes: 10_000 })
    await cache.getOrLoad('a', RULE, async () => 1)
    await cache.getOrLoad('b', { ttlMs: 1_000 }, async () => 1)
    cache.clear(['catalog'])
    expect(cache.usage().entries).toBe(1)
  })

  it('stays within its bytes by dropping what was used longest ago', async () => {
    const cache = createTaggedCache({ maxBytes: 3_000 })
    const load = (key: string) => cache.getOrLoad(key, RULE, async () => 'x'.repeat(200))
    await load('a')
    await load('b')
    await load('c')
    await load('a')
    await load('d')
    expect(cache.usage().bytes).toBeLessThanOrEqual(3_000)
    let reloaded = ''
    for (const key of ['a', 'b']) {
      await cache.getOrLoad(key, RULE, async () => (reloaded += key))
    }
    expect(reloaded).toBe('b')
    await cache.getOrLoad('huge', RULE, async () => 'x'.repeat(5_000))
    expect(cache.usage().bytes).toBeLessThanOrEqual(3_000)
  })
})
