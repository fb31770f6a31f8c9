import { expect, test } from 'vitest'
import { createPageCache, type RenderedPage } from '../../../src/http/page-cache.ts'
import { storeBody } from '../../../src/http/stored-body.ts'

const LIMITS = { freshMs: 100, staleMs: 1000, maxBytes: 10_000 }

function page(text: string, tags: readonly string[] | null = []): RenderedPage {
  return { status: 200, headers: {}, stored: storeBody(new TextEncoder().encode(text), 'text/html'), tags }
}

function cacheAt() {
  let time = 0
  let made = 0
  const cache = createPageCache(LIMITS, () => time)
  const get = async (key = 'k') =>
    Buffer.from((await cache.get(key, async () => page(`v${++made}`))).stored.bytes).toString()
  return { cache, get, pass: (ms: number) => (time += ms), made: () => made }
}

test('fresh pages are served as they are, stale ones while one request renders anew', async () => {
  const { get, pass, made } = cacheAt()
  expect(await get()).toBe('v1')
  pass(50)
  expect(await get()).toBe('v1')
  pass(100)
  expect(await Promise.all([get(), get(), get()])).toEqual(['v1', 'v1', 'v1'])
  await new Promise((resolve) => setImmediate(resolve))
  expect(await get()).toBe('v2')
  pass(5000)
  expect(await get()).toBe('v3')
  expect(made()).toBe(3)
})

test('a failed rendering is told to those who wait and forgotten', async () => {
  const { cache, get } = cacheAt()
  await expect(cache.get('k', () => Promise.reject(new Error('down')))).rejects.toThrow('down')
  expect(await get()).toBe('v1')
})

test('what was rendered before a clearing is not kept', async () => {
  const { cache, get } = cacheAt()
  const { promise, resolve } = Promise.withResolvers<RenderedPage>()
  const early = cache.get('k', () => promise)
  cache.clear('all')
  resolve(page('old price'))
  await early
  expect(await get()).toBe('v1')
})

test('the least recently used leave when it is full', async () => {
  const { cache } = cacheAt()
  const big = 'x'.repeat(1500)
  let renders = 0
  const get = (key: string) =>
    cache.get(key, async () => {
      renders += 1
      return page(big)
    })
  for (const key of ['a', 'b', 'c']) await get(key)
  await get('a')
  await get('d')
  renders = 0
  await get('a')
  expect(renders).toBe(0)
  await get('b')
  expect(renders).toBe(1)
})

test('pages that must not be kept are rendered every time', async () => {
  const { cache } = cacheAt()
  let renders = 0
  const render = async () => {
    renders += 1
    return page('private', null)
  }
  await cache.get('k', render)
  await cache.get('k', render)
  expect(renders).toBe(2)
})
