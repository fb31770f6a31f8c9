import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as sdk from '@vercel/blob'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSandboxes } from '../../sandboxes/main.ts'
import { createLocalBlobs } from '../../src/providers/blob-local/local-blobs.ts'
import { createS3Blobs } from '../../src/providers/blob-s3/s3-blobs.ts'
import { createVercelBlobs } from '../../src/providers/blob-vercel/vercel-blobs.ts'
import { startS3Server } from '../support/s3-server.ts'
import { describeBlobStore } from './blob-store.contract.ts'

const TOKEN = 'vercel_blob_rw_LapakDemo_0123456789abcdefABCDEF'

async function closedUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

function startVercel() {
  return startSandboxes({ port: 0, only: ['blob'], seed: 'test', env: { BLOB_READ_WRITE_TOKEN: TOKEN } })
}

describeBlobStore('in a local folder', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lapak-blobs-'))
  const file = path.join(folder, 'not-a-folder')
  await writeFile(file, '')
  return {
    store: createLocalBlobs({ folder: path.join(folder, 'blobs'), urlPrefix: '/media' }),
    unreachable: createLocalBlobs({ folder: file, urlPrefix: '/media' }),
    stop: () => rm(folder, { recursive: true }),
  }
})

describeBlobStore('in S3', async () => {
  const server = await startS3Server()
  return {
    store: createS3Blobs(server),
    unreachable: createS3Blobs({ ...server, endpoint: await closedUrl() }),
    stop: () => server.stop(),
  }
})

describeBlobStore('in Vercel Blob', async () => {
  const sandboxes = await startVercel()
  return {
    store: createVercelBlobs({ token: TOKEN, apiUrl: sandboxes.urls['blob'] ?? '' }),
    unreachable: createVercelBlobs({ token: TOKEN, apiUrl: await closedUrl() }),
    stop: () => sandboxes.stop(),
  }
})

test('a local folder holds whole files only, whatever is written at the moment', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lapak-blobs-'))
  const store = createLocalBlobs({ folder, urlPrefix: '/media' })
  const body = Buffer.alloc(2_000_000, 3)
  let isWriting = true
  const writing = Promise.all(
    Array.from({ length: 8 }, () => store.put('a/b.webp', { body, contentType: 'image/webp' })),
  ).finally(() => {
    isWriting = false
  })
  const sizes = new Set<number>()
  while (isWriting) {
    const found = await readFile(path.join(folder, 'a', 'b.webp')).catch(() => undefined)
    if (found) sizes.add(found.length)
  }
  await writing
  expect([...sizes].filter((size) => size !== body.length)).toEqual([])
  expect(await readdir(path.join(folder, '.unfinished'))).toEqual([])
  await rm(folder, { recursive: true })
})

/** Writes large files one after the other until it is killed, and says so after each. */
const WRITER = `
  const { createLocalBlobs } = await import(process.argv[1])
  const store = createLocalBlobs({ folder: process.argv[2], urlPrefix: '/' })
  for (let number = 0; ; number += 1) {
    const body = Buffer.alloc(3_000_000, number % 256)
    await store.put('kill/' + number + '.bin', { body, contentType: 'application/octet-stream' })
    process.stdout.write('.')
  }`

test('a killed process leaves whole files and a draft, which a later one removes', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'lapak-blobs-'))
  const adapter = new URL('../../src/providers/blob-local/local-blobs.ts', import.meta.url).href
  for (let round = 0; round < 5; round += 1) {
    const args = ['--input-type=module', '-e', WRITER, adapter, folder]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    for (let writes = 0; writes <= round; writes += 1) await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const store = createLocalBlobs({ folder, urlPrefix: '/' })
  const drafts = path.join(folder, '.unfinished')
  await writeFile(path.join(drafts, 'lost'), 'half')
  await utimes(path.join(drafts, 'lost'), new Date(0), new Date(0))
  await store.put('kill/last.bin', { body: Buffer.from('x'), contentType: 'text/plain' })
  expect(await readdir(drafts)).not.toContain('lost')
  for await (const key of store.list('kill/')) {
    const found = await store.get(key)
    if (key === 'kill/last.bin') continue
    const number = Number(/\d+/.exec(key)?.[0])
    expect(Buffer.alloc(3_000_000, number % 256).equals(Buffer.from(found?.body ?? []))).toBe(true)
    expect(found?.contentType).toBe('application/octet-stream')
  }
  await rm(folder, { recursive: true })
})

test('a local folder gives paths of our own, S3 the public address that is configured', () => {
  expect(createLocalBlobs({ folder: 'x', urlPrefix: '/media/' }).urlOf('a b/c.webp')).toBe(
    '/media/a%20b/c.webp',
  )
  const keys = { bucket: 'shop', accessKeyId: 'a', secretAccessKey: 'b' }
  const endpoint = 'https://s3.example'
  expect(createS3Blobs({ endpoint, ...keys }).urlOf('a/b.webp')).toBe('https://s3.example/shop/a/b.webp')
  expect(createS3Blobs({ endpoint, ...keys, publicUrl: 'https://cdn.example/' }).urlOf('a/b.webp')).toBe(
    'https://cdn.example/a/b.webp',
  )
  expect(createVercelBlobs({ token: TOKEN }).urlOf('a/b.webp')).toBe(
    'https://lapakdemo.public.blob.vercel-storage.com/a/b.webp',
  )
  expect(() => createVercelBlobs({ token: 'wrong' })).toThrow('not a read-write token')
})

test('a missing bucket and refused keys are trouble, not absent files', async () => {
  const server = await startS3Server()
  const elsewhere = createS3Blobs({ ...server, bucket: 'other' })
  await expect(elsewhere.get('a.webp')).rejects.toThrow()
  await expect(
    elsewhere.put('a.webp', { body: Buffer.from('x'), contentType: 'image/webp' }),
  ).rejects.toThrow()
  await expect(createS3Blobs({ ...server, accessKeyId: 'WRONG' }).get('a.webp')).rejects.toThrow()
  await server.stop()
})

let vercel: Awaited<ReturnType<typeof startVercel>>
beforeAll(async () => {
  vercel = await startVercel()
})
afterAll(() => vercel.stop())

async function control(name: string, body: unknown): Promise<void> {
  await fetch(`${vercel.urls['blob']}/_sandbox/${name}`, { method: 'POST', body: JSON.stringify(body) })
}

test('an address of Vercel Blob serves the file to browsers', async () => {
  const store = createVercelBlobs({ token: TOKEN, apiUrl: vercel.urls['blob'] ?? '' })
  await store.put('shown/a b.webp', { body: Buffer.from('picture'), contentType: 'image/webp' })
  const answer = await fetch(store.urlOf('shown/a b.webp'))
  expect(await answer.text()).toBe('picture')
  expect(answer.headers.get('content-type')).toBe('image/webp')
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000')
})

test('a token that Vercel refuses is trouble, not an absent file', async () => {
  const other = createVercelBlobs({ token: `${TOKEN}x`, apiUrl: vercel.urls['blob'] ?? '' })
  await expect(other.get('a.webp')).rejects.toThrow('Access denied')
  await expect(other.has('a.webp')).rejects.toThrow('Access denied')
})

test.each(['reset', 'http_500', 'html', 'truncate', 'empty'])(
  'one %s of Vercel Blob is bridged or told, never taken for success',
  async (fault) => {
    const store = createVercelBlobs({ token: TOKEN, apiUrl: vercel.urls['blob'] ?? '' })
    const key = `faults/${fault}.webp`
    await control('faults', { match: { method: 'PUT' }, fault, times: 1 })
    const told = await store.put(key, { body: Buffer.from('x'), contentType: 'image/webp' }).then(
      () => 'stored',
      () => 'failed',
    )
    await control('faults', [])
    expect(['reset', 'http_500', 'html'].includes(fault) ? told : 'stored').toBe('stored')
    if (told === 'stored') expect(await store.has(key)).toBe(true)
  },
)

test('the official client and ours see the same store', async () => {
  process.env['VERCEL_BLOB_API_URL'] = vercel.urls['blob']
  const store = createVercelBlobs({ token: TOKEN, apiUrl: vercel.urls['blob'] ?? '' })
  const put = await sdk.put('both/sdk.webp', 'from the client', {
    access: 'public',
    token: TOKEN,
    contentType: 'image/webp',
  })
  expect(put.url).toBe(store.urlOf('both/sdk.webp'))
  expect(Buffer.from((await store.get('both/sdk.webp'))?.body ?? []).toString()).toBe('from the client')
  await store.put('both/ours.webp', { body: Buffer.from('ours'), contentType: 'image/webp' })
  const seen = await sdk.head('both/ours.webp', { token: TOKEN })
  expect(seen).toMatchObject({ contentType: 'image/webp', size: 4, cacheControl: 'public, max-age=31536000' })
  const listed = await sdk.list({ prefix: 'both/', token: TOKEN })
  expect(listed.blobs.map(({ pathname }) => pathname)).toEqual(['both/ours.webp', 'both/sdk.webp'])
  await sdk.del(put.url, { token: TOKEN })
  expect(await store.has('both/sdk.webp')).toBe(false)
  delete process.env['VERCEL_BLOB_API_URL']
})
