import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BlobKeyRefused, type BlobStore } from '../../src/platform/blob-store.ts'

/** A store to test, and one like it that nobody can reach. */
export type BlobStage = { store: BlobStore; unreachable: BlobStore; stop(): Promise<void> }

/** More than one page of every store. */
const MANY = 2_300
const UPLOADS_AT_ONCE = 16

const ODD_KEYS = [
  'odd/with space.webp',
  'odd/a+b&c=d.webp',
  'odd/100%.webp',
  'odd/100%25.webp',
  "odd/(quote)'!*~.webp",
  'odd/hash#question?.webp',
  'odd/kopi-susu-☕.webp',
  'odd/é.webp',
  'odd/no-ending',
  'odd/two..dots.webp',
  `odd/${'x'.repeat(200)}`,
]

const ILLEGAL_KEYS = [
  '',
  '/',
  '/etc/passwd',
  '../outside',
  'a/../../outside',
  'a/./b',
  'a//b',
  'a/',
  '.hidden',
  'a/.types/b',
  String.raw`a\b`,
  'a\0b',
  'a\nb',
  '\uD800',
  'e\u0301',
  'x'.repeat(201),
  `${'long/'.repeat(200)}x`,
]

/** What every store behind the BlobStore port must do. */
export function describeBlobStore(name: string, prepare: () => Promise<BlobStage>): void {
  describe(`blob store ${name}`, () => {
    let stage: BlobStage
    beforeAll(async () => {
      stage = await prepare()
    })
    afterAll(() => stage.stop())
    describeFiles(() => stage.store)
    describeKeys(() => stage.store)
    describeTrouble(() => stage)
  })
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

async function keysOf(store: BlobStore, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const key of store.list(prefix)) keys.push(key)
  return keys
}

async function textOf(store: BlobStore, key: string): Promise<string | undefined> {
  const blob = await store.get(key)
  return blob && Buffer.from(blob.body).toString('utf8')
}

function describeFiles(store: () => BlobStore): void {
  test('gives back what was stored, byte for byte, with its content type', async () => {
    const body = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 31) % 256)
    await store().put('files/a.webp', { body, contentType: 'image/webp' })
    await store().put('files/a.bin', { body: bytes('x'), contentType: 'application/x-lapak' })
    const found = await store().get('files/a.webp')
    expect(Buffer.from(found?.body ?? []).equals(body)).toBe(true)
    expect(found?.contentType).toBe('image/webp')
    expect((await store().get('files/a.bin'))?.contentType).toBe('application/x-lapak')
  })

  test('keeps a content type that the name does not suggest', async () => {
    await store().put('files/odd.webp', { body: bytes('x'), contentType: 'image/avif' })
    expect((await store().get('files/odd.webp'))?.contentType).toBe('image/avif')
  })

  test('stores an empty file', async () => {
    await store().put('files/empty.png', { body: new Uint8Array(), contentType: 'image/png' })
    expect(await store().has('files/empty.png')).toBe(true)
    expect((await store().get('files/empty.png'))?.body).toHaveLength(0)
  })

  test('never changes what stands under a key', async () => {
    await store().put('files/same.webp', { body: bytes('first'), contentType: 'image/webp' })
    await store().put('files/same.webp', { body: bytes('second'), contentType: 'image/png' })
    expect(await textOf(store(), 'files/same.webp')).toBe('first')
    expect((await store().get('files/same.webp'))?.contentType).toBe('image/webp')
  })

  test('takes the same file from many at once', async () => {
    const key = 'files/rush.webp'
    const body = Buffer.alloc(200_000, 7)
    await Promise.all(Array.from({ length: 20 }, () => store().put(key, { body, contentType: 'image/webp' })))
    expect(Buffer.from((await store().get(key))?.body ?? []).equals(body)).toBe(true)
    expect(await keysOf(store(), key)).toEqual([key])
  })

  test('knows nothing of a missing file', async () => {
    expect(await store().get('files/missing.webp')).toBeUndefined()
    expect(await store().has('files/missing.webp')).toBe(false)
    expect(await store().has('files')).toBe(false)
    expect(await store().get('files')).toBeUndefined()
    await store().remove('files/missing.webp')
  })

  test('removes a file, and takes it again afterwards', async () => {
    const key = 'files/gone.webp'
    await store().put(key, { body: bytes('old'), contentType: 'image/avif' })
    await store().remove(key)
    expect(await store().has(key)).toBe(false)
    expect(await store().get(key)).toBeUndefined()
    await store().put(key, { body: bytes('new'), contentType: 'image/webp' })
    expect(await textOf(store(), key)).toBe('new')
    expect((await store().get(key))?.contentType).toBe('image/webp')
  })
}

function describeKeys(store: () => BlobStore): void {
  test('lists thousands of keys, each once, and only those below the prefix', async () => {
    const keys = Array.from({ length: MANY }, (_, index) => `many/${index % 7}/${index}.webp`)
    const waiting = [...keys, 'many-others/1.webp']
    const upload = async (): Promise<void> => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop())
        await store().put(key, { body: bytes(key), contentType: 'image/webp' })
    }
    await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, upload))
    expect((await keysOf(store(), 'many/')).sort()).toEqual(keys.sort())
    expect((await keysOf(store(), 'many/3/')).sort()).toEqual(keys.filter((key) => key.startsWith('many/3/')))
    expect((await keysOf(store(), 'many/3/1')).every((key) => key.startsWith('many/3/1'))).toBe(true)
    expect(await keysOf(store(), 'nowhere/')).toEqual([])
  })

  test.each(ODD_KEYS)('stores, lists and shows the key %j', async (key) => {
    await store().put(key, { body: bytes(key), contentType: 'image/webp' })
    expect(await textOf(store(), key)).toBe(key)
    expect(await keysOf(store(), 'odd/')).toContain(key)
    const url = new URL(store().urlOf(key), 'http://shop.example')
    expect(decodeURIComponent(url.pathname).endsWith(`/${key}`)).toBe(true)
    expect(url.search + url.hash).toBe('')
    await store().remove(key)
    expect(await store().has(key)).toBe(false)
  })

  test.each(ILLEGAL_KEYS)('refuses the key %j', async (key) => {
    const blob = { body: bytes('x'), contentType: 'image/webp' }
    await expect(store().put(key, blob)).rejects.toThrow(BlobKeyRefused)
    await expect(store().get(key)).rejects.toThrow(BlobKeyRefused)
    await expect(store().has(key)).rejects.toThrow(BlobKeyRefused)
    await expect(store().remove(key)).rejects.toThrow(BlobKeyRefused)
    expect(() => store().urlOf(key)).toThrow(BlobKeyRefused)
  })
}

function describeTrouble(stage: () => BlobStage): void {
  test('throws when the store cannot be reached, instead of saying that nothing is there', async () => {
    const { unreachable } = stage()
    const blob = { body: bytes('x'), contentType: 'image/webp' }
    await expect(unreachable.put('away/a.webp', blob)).rejects.toThrow()
    await expect(unreachable.get('away/a.webp')).rejects.toThrow()
    await expect(unreachable.has('away/a.webp')).rejects.toThrow()
    await expect(unreachable.remove('away/a.webp')).rejects.toThrow()
    await expect(keysOf(unreachable, 'away/')).rejects.toThrow()
  })
}
