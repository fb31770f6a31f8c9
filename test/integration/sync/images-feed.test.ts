import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandboxes, type RunningSandboxes } from '../../../sandboxes/main.ts'
import { createSafeFetch, type SafeFetch } from '../../../src/platform/safe-fetch.ts'
import { selectImages, wantImages } from '../../../src/sync/index.ts'
import { startImageStage, type ImageStage, type RunResult } from './image-stage.ts'

type Product = { nama_produk: string; foto_produk: string; foto_alt?: string | null }
type Counts = Record<string, { ok: number; notModified: number; other: number }>

let stage: ImageStage
let sandboxes: RunningSandboxes
let feed: string
let fetchSafely: SafeFetch

beforeAll(async () => {
  stage = await startImageStage()
  sandboxes = await startSandboxes({ port: 0, only: ['feed'], seed: 'test', env: {} })
  feed = sandboxes.urls['feed'] ?? ''
  fetchSafely = createSafeFetch({ allowedOrigins: [feed] })
})
afterAll(async () => {
  await sandboxes.stop()
  await stage.stop()
})

async function control(name: string, body: unknown): Promise<void> {
  const answer = await fetch(`${feed}/_sandbox/${name}`, { method: 'POST', body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
}

async function pictureCounts(): Promise<Counts> {
  const answer = await fetch(`${feed}/_sandbox/state`)
  return ((await answer.json()) as { state: { pictures: Counts } }).state.pictures
}

async function listImages(): Promise<{ url: string; alt: string }[]> {
  const answer = await fetch(`${feed}/apis/product/get`, {
    headers: { Authorization: 'Bearer feed-demo-token' },
  })
  const { data } = (await answer.json()) as { data: Product[] }
  return data
    .filter(({ foto_produk: url }) => url !== '')
    .map(({ foto_produk: url, foto_alt: alt, nama_produk: name }) => ({ url, alt: alt ?? name }))
}

async function mirror(images: { url: string; alt: string }[]): Promise<RunResult> {
  await stage.database.db.transaction('test.want', { role: 'worker' }, (tx) => wantImages(tx, images))
  return stage.run({ deps: { fetch: fetchSafely } })
}

test('the pictures of a feed are fetched once, and once more each time one changes', async () => {
  const images = await listImages()
  const urls = [...new Set(images.map(({ url }) => url))]
  expect(urls.length).toBeLessThan(images.length)
  const { counts, errors } = await mirror(images)
  expect(errors).toEqual([])
  expect(counts).toMatchObject({ seen: urls.length, created: urls.length, rejected: 0 })
  const first = await pictureCounts()
  expect(Object.values(first).every(({ ok, notModified }) => ok === 1 && notModified === 0)).toBe(true)
  const shown = await selectImages(stage.deps.db, urls)
  expect(shown.size).toBe(urls.length)
  const [one] = images
  expect(shown.get(one?.url ?? '')?.alt).toBe(one?.alt)

  expect((await stage.run({ deps: { fetch: fetchSafely } })).counts).toEqual({})
  expect(await pictureCounts()).toEqual(first)

  const changed = urls.find((url) => url.includes('/produk/')) ?? ''
  const path = new URL(changed).pathname
  await control('picture', { path, change: true })
  expect((await mirror(images)).counts).toMatchObject({ updated: 1, unchanged: urls.length - 1, rejected: 0 })
  const second = await pictureCounts()
  expect(second[path]).toEqual({ ok: 2, notModified: 0, other: 0 })
  expect(Object.entries(second).filter(([, { ok }]) => ok !== 1)).toHaveLength(1)
})

test.each([
  ['404', 'http_404'],
  ['http_500', 'http_500'],
  ['html', 'not_a_picture'],
  ['svg', 'not_a_picture'],
  ['truncated', 'broken_picture'],
  ['bomb', 'too_many_pixels'],
  ['redirect_private', 'bad_url'],
])('a feed whose picture is broken (%s) keeps the old one', async (broken, code) => {
  const images = await listImages()
  await mirror(images)
  const url = images.find((image) => image.url.includes('/produk/'))?.url ?? ''
  const before = (await selectImages(stage.deps.db, [url])).get(url)
  const { pathname: path } = new URL(url)
  await control('picture', { path, change: true, broken })
  const { counts, errors } = await mirror([{ url, alt: before?.alt ?? '' }])
  expect(counts).toMatchObject({ seen: 1, rejected: 1 })
  expect(errors).toMatchObject([{ code, record: url }])
  expect((await selectImages(stage.deps.db, [url])).get(url)).toEqual(before)
  await control('picture', { path, broken: null })
  expect((await mirror([{ url, alt: before?.alt ?? '' }])).counts).toMatchObject({ updated: 1 })
})
