import * as sdk from '@vercel/blob'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RunningSandboxes } from '../main.ts'
import { getJson, postJson, startForTest } from '../testing.ts'

const token = 'vercel_blob_rw_LapakDemo_0123456789abcdefABCDEF'

let sandboxes: RunningSandboxes
let url: string

beforeAll(async () => {
  sandboxes = await startForTest(['blob'])
  url = sandboxes.urls.blob ?? ''
  process.env.VERCEL_BLOB_API_URL = url
})
beforeEach(() => postJson(`${url}/_sandbox/reset`, {}))
afterAll(async () => {
  delete process.env.VERCEL_BLOB_API_URL
  await sandboxes.stop()
})

function put(name: string, body = 'text', options: Partial<sdk.PutCommandOptions> = {}) {
  return sdk.put(name, body, { access: 'public', token, contentType: 'text/plain', ...options })
}

test('the official client puts, looks, lists, copies and deletes', async () => {
  const stored = await put('a/b c.txt', 'halo')
  expect(stored).toMatchObject({ pathname: 'a/b c.txt', contentType: 'text/plain' })
  expect(await (await fetch(stored.url)).text()).toBe('halo')
  expect(await sdk.head(stored.url, { token })).toMatchObject({ size: 4, etag: stored.etag })
  const copied = await sdk.copy(stored.url, 'a/copy.txt', { access: 'public', token })
  expect(await (await fetch(copied.url)).text()).toBe('halo')
  const listed = await sdk.list({ prefix: 'a/', limit: 1, token })
  expect(listed).toMatchObject({ hasMore: true, blobs: [{ pathname: 'a/b c.txt' }] })
  const rest = await sdk.list({ prefix: 'a/', cursor: listed.cursor ?? '', token })
  expect(rest).toMatchObject({ hasMore: false, blobs: [{ pathname: 'a/copy.txt' }] })
  expect((await sdk.list({ mode: 'folded', token })).folders).toEqual(['a/'])
  await sdk.del([stored.url, 'a/copy.txt'], { token })
  await expect(sdk.head('a/b c.txt', { token })).rejects.toBeInstanceOf(sdk.BlobNotFoundError)
})

test('overwriting needs permission, and caches go on serving the old form', async () => {
  const { url: shown } = await put('page.txt', 'old')
  await expect(put('page.txt', 'new')).rejects.toThrow('already exists')
  expect(await (await fetch(shown)).text()).toBe('old')
  await put('page.txt', 'new', { allowOverwrite: true })
  expect(await (await fetch(shown)).text()).toBe('old')
  await postJson(`${url}/_sandbox/clock`, { advanceMs: 31 * 24 * 3_600_000 })
  expect(await (await fetch(shown)).text()).toBe('new')
})

test('a suffix keeps names apart', async () => {
  const first = await put('x.txt', 'a', { addRandomSuffix: true })
  const second = await put('x.txt', 'b', { addRandomSuffix: true })
  expect(first.pathname).toMatch(/^x-\w{30}\.txt$/)
  expect(second.pathname).not.toBe(first.pathname)
})

test('refuses other tokens and other stores', async () => {
  await expect(put('x.txt', 'a', { token: `${token}x` })).rejects.toBeInstanceOf(sdk.BlobAccessError)
  await expect(put('x.txt', 'a', { token: 'vercel_blob_rw_Other_abc' })).rejects.toBeInstanceOf(
    sdk.BlobStoreNotFoundError,
  )
  expect((await fetch(`${url}/?url=x.txt`, { headers: { authorization: 'Bearer x' } })).status).toBe(403)
})

test('suffers faults, shows its files to people and to programs', async () => {
  await postJson(`${url}/_sandbox/faults`, { match: { method: 'PUT' }, fault: 'http_500', times: 1 })
  expect((await fetch(`${url}/?pathname=x.txt`, { method: 'PUT' })).status).toBe(500)
  await put('img/logo.png', 'png', { contentType: 'image/png' })
  expect(await (await fetch(`${url}/`)).text()).toContain('img/logo.png')
  expect((await getJson(`${url}/_sandbox/state`)).state).toMatchObject({
    store: 'LapakDemo',
    counts: { puts: 1 },
    files: [{ pathname: 'img/logo.png', size: 3 }],
  })
})
