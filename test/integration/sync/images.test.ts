import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { listBrokenImages, selectImages, wantImages } from '../../../src/sync/index.ts'
import { hashOf } from '../../../src/platform/picture.ts'
import { drawPicture, startImageStage, type ImageStage } from './image-stage.ts'

let stage: ImageStage
let seed = 0

beforeAll(async () => {
  stage = await startImageStage()
})
afterAll(() => stage.stop())
beforeEach(async () => {
  await stage.sql('delete from sync_images')
  await stage.sql('delete from sync_image_contents')
  for (const key of await stage.keys()) await stage.blobs.remove(key)
  stage.served.clear()
  stage.requests.length = 0
  stage.puts.length = 0
})

/** Serves a new picture under a name. */
async function serve(name: string, more: { etag?: string; lastModified?: string } = {}): Promise<Buffer> {
  const body = await drawPicture((seed += 1))
  stage.served.set(name, { body, ...more })
  return body
}

const fetched = (name: string): number => stage.requests.filter((request) => request.path === name).length

describe('a run', () => {
  test('mirrors what records name, and the next one asks for nothing', async () => {
    for (const name of ['/a.png', '/b.png', '/c.png']) await serve(name)
    await stage.want('/a.png', '/b.png', '/c.png')
    expect((await stage.run()).counts).toMatchObject({ seen: 3, created: 3, rejected: 0 })
    expect(stage.requests).toHaveLength(3)
    expect(await stage.keys()).toHaveLength(9)
    expect((await stage.run()).counts).toEqual({})
    expect(stage.requests).toHaveLength(3)
  })

  test('fetches a changed picture once, and asks for an unchanged one by its validator', async () => {
    await serve('/tagged.png', { etag: '"1"', lastModified: 'Sat, 21 Nov 2026 00:00:00 GMT' })
    await serve('/dated.png', { lastModified: 'Sat, 21 Nov 2026 00:00:00 GMT' })
    await serve('/bare.png')
    const all = ['/tagged.png', '/dated.png', '/bare.png']
    await stage.want(...all)
    await stage.run()
    stage.requests.length = 0
    stage.puts.length = 0
    await stage.want(...all)
    expect((await stage.run()).counts).toMatchObject({ seen: 3, unchanged: 3, updated: 0 })
    expect(stage.requests.map(({ path, status }) => `${path} ${status}`).sort()).toEqual([
      '/bare.png 200',
      '/dated.png 304',
      '/tagged.png 304',
    ])
    const tagged = stage.requests.find(({ path }) => path === '/tagged.png')
    expect(tagged?.headers['if-modified-since']).toBeUndefined()
    expect(stage.puts).toEqual([])
    await serve('/tagged.png', { etag: '"2"' })
    await stage.want(...all)
    expect((await stage.run()).counts).toMatchObject({ seen: 3, unchanged: 2, updated: 1 })
    expect(fetched('/tagged.png')).toBe(2)
    expect((await stage.image('/tagged.png'))?.etag).toBe('"2"')
  })

  test('fetches a picture of many records once, and stores a content of many addresses once', async () => {
    const body = await serve('/shared.png')
    for (const copy of [1, 2, 3, 4, 5]) stage.served.set(`/copy-${copy}.png`, { body })
    await stage.want(...Array.from({ length: 50 }, () => '/shared.png'))
    await stage.want(...[1, 2, 3, 4, 5].map((copy) => `/copy-${copy}.png`))
    expect((await stage.run()).counts).toMatchObject({ seen: 6, created: 6 })
    expect(fetched('/shared.png')).toBe(1)
    expect(stage.puts).toHaveLength(3)
    expect(await stage.keys()).toHaveLength(3)
    expect(await stage.sql('select from sync_image_contents')).toHaveLength(1)
  })

  test('that is dry counts, and changes nothing', async () => {
    await serve('/a.png')
    await stage.want('/a.png', '/b.png')
    const before = await stage.sql('select xmin::text, * from sync_images order by url')
    expect((await stage.run({ isDry: true })).counts).toMatchObject({ seen: 2, created: 2, unchanged: 0 })
    expect(await stage.sql('select xmin::text, * from sync_images order by url')).toEqual(before)
    expect(stage.requests).toEqual([])
  })

  test('shares its work with others: each picture is fetched by one of them', async () => {
    const names = Array.from({ length: 80 }, (_, index) => `/many-${index}.png`)
    for (const name of names) await serve(name)
    await stage.want(...names)
    const runs = await Promise.all([stage.run(), stage.run(), stage.run()])
    expect(runs.reduce((sum, { counts }) => sum + (counts['created'] ?? 0), 0)).toBe(80)
    expect(stage.requests).toHaveLength(80)
    expect(await stage.keys()).toHaveLength(240)
  })

  test('that is stopped gives back what it has not done', async () => {
    const stop = new AbortController()
    stage.served.set('/slow.png', () => stop.abort())
    await stage.want('/slow.png')
    expect((await stage.run({ signal: stop.signal })).counts['seen']).toBe(0)
    expect(await stage.image('/slow.png')).toMatchObject({ state: 'wanted', claim: null, fail_count: 0 })
    await serve('/slow.png')
    expect((await stage.run()).counts).toMatchObject({ created: 1 })
  })

  test('keeps a wish that comes in while the picture is being fetched', async () => {
    const old = await drawPicture((seed += 1))
    const fresh = await drawPicture((seed += 1))
    stage.served.set('/wish.png', (_, response) => {
      stage.served.set('/wish.png', { body: fresh })
      void stage.want('/wish.png').then(() => response.end(old))
    })
    await stage.want('/wish.png')
    expect((await stage.run()).counts).toMatchObject({ seen: 2, created: 1, updated: 1 })
    expect(fetched('/wish.png')).toBe(2)
    expect((await stage.image('/wish.png'))?.sha256?.toString('hex')).toBe(hashOf(fresh))
  })
})

describe('records', () => {
  test('that name a known picture as before cost no write', async () => {
    await stage.want({ name: '/a.png', alt: 'Kopi' })
    const [before] = await stage.sql('select xmin::text from sync_images')
    await stage.want({ name: '/a.png', alt: 'Kopi' })
    expect(await stage.sql('select xmin::text from sync_images')).toEqual([before])
  })

  test('give a picture its text, also a new one', async () => {
    await serve('/a.png')
    await stage.want({ name: '/a.png', alt: 'Kopi susu' })
    await stage.run()
    const url = `${stage.origin}/a.png`
    expect((await selectImages(stage.deps.db, [url])).get(url)?.alt).toBe('Kopi susu')
    await stage.want({ name: '/a.png', alt: 'Kopi susu gula aren' })
    expect((await selectImages(stage.deps.db, [url])).get(url)?.alt).toBe('Kopi susu gula aren')
  })

  test('give a new text to a picture that still waits', async () => {
    await stage.want({ name: '/a.png', alt: 'Kopi' })
    await stage.want({ name: '/a.png', alt: 'Teh' }, { name: '/b.png', alt: 'Susu' })
    expect(await stage.sql('select alt from sync_images order by url')).toEqual([
      { alt: 'Teh' },
      { alt: 'Susu' },
    ])
  })

  test('of two pages that share a picture do not wait for each other', async () => {
    const { db } = stage.database
    const url = `${stage.origin}/placeholder.png`
    const want = (alt: string, then: () => Promise<void>): Promise<void> =>
      db.transaction('test.want', { role: 'worker' }, async (tx) => {
        await wantImages(tx, [{ url, alt }])
        await then()
      })
    await want('Produk', () => Promise.resolve())
    let isSecondDone = false
    await want('Reseller', () =>
      want('Lain', () => {
        isSecondDone = true
        return Promise.resolve()
      }),
    )
    expect(isSecondDone).toBe(true)
    expect((await stage.image('/placeholder.png'))?.alt).toBe('Reseller')
  })

  test('may name what cannot be an address', async () => {
    await stage.want('', `/${'x'.repeat(3_000)}`, '/nul\0', '/half\uD800', { name: '/ok.png', alt: 'a\0b' })
    expect(await stage.sql('select alt from sync_images order by url')).toEqual([{ alt: '' }, { alt: 'ab' }])
  })

  test('see pictures with keys, sizes and text', async () => {
    await serve('/a.png')
    await stage.want('/a.png', '/missing.png')
    await stage.run()
    const url = `${stage.origin}/a.png`
    const shown = await selectImages(stage.deps.db, [url, `${stage.origin}/missing.png`])
    expect([...shown.keys()]).toEqual([url])
    const image = shown.get(url)
    expect(image).toMatchObject({ width: 40, sizes: [{ width: 40 }] })
    for (const key of [image?.sizes[0]?.avif, image?.sizes[0]?.webp, image?.sizes[0]?.fallback])
      expect(await stage.blobs.has(key ?? '')).toBe(true)
  })
})

describe('a broken picture', () => {
  test.each([
    ['http_404', '/404.png'],
    ['not_a_picture', '/page.png'],
    ['not_a_picture', '/drawing.svg'],
    ['broken_picture', '/half.png'],
    ['too_many_pixels', '/bomb.png'],
    ['bad_url', '/to-private.png'],
    ['refused_address', '/to-metadata.png'],
    ['too_many_redirects', '/circle.png'],
    ['timeout', '/endless.png'],
    ['too_large', '/huge.png'],
    ['unreachable', '/reset.png'],
    ['http_500', '/500.png'],
  ])('%s is refused, and the run goes on', async (code, name) => {
    await serveBroken()
    await serve('/good.png')
    await stage.want(name, '/good.png')
    const { counts, errors } = await stage.run()
    expect(counts).toMatchObject({ seen: 2, created: 1, rejected: 1 })
    expect(errors).toMatchObject([{ code, record: stage.origin + name }])
    expect(await stage.image(name)).toMatchObject({
      error_code: code,
      fail_count: 1,
      sha256: null,
      claim: null,
    })
    expect((await stage.image('/good.png'))?.state).toBe('mirrored')
  })

  test('keeps what was found before, waits longer every time, and shows after three failures', async () => {
    const { body } = { body: await serve('/a.png', { etag: '"1"' }) }
    await stage.want('/a.png')
    await stage.run()
    const found = (await stage.image('/a.png'))?.sha256
    stage.served.set('/a.png', (_, response) => response.writeHead(500).end())
    const waits: number[] = []
    for (let failure = 1; failure <= 3; failure += 1) {
      await stage.want('/a.png')
      expect((await stage.run()).counts).toMatchObject({ rejected: 1 })
      const row = await stage.image('/a.png')
      expect(row).toMatchObject({ sha256: found, etag: '"1"', fail_count: failure })
      waits.push(row?.wait_seconds ?? 0)
    }
    expect(waits[1]).toBeGreaterThan((waits[0] ?? 0) * 1.5)
    expect(waits[2]).toBeGreaterThan((waits[1] ?? 0) * 1.5)
    const url = `${stage.origin}/a.png`
    expect(await listBrokenImages(stage.deps.db)).toMatchObject([{ url, code: 'http_500', failures: 3 }])
    expect((await selectImages(stage.deps.db, [url])).has(url)).toBe(true)
    stage.served.set('/a.png', { body })
    await stage.want('/a.png')
    expect((await stage.run()).counts).toMatchObject({ unchanged: 1 })
    expect(await stage.image('/a.png')).toMatchObject({ state: 'mirrored', fail_count: 0, error_code: null })
    expect(await listBrokenImages(stage.deps.db)).toEqual([])
  })

  test('of a host in trouble does not cost the time of every picture there', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `/dead-${index}.png`)
    for (const name of names) stage.served.set(name, (_, response) => response.writeHead(502).end())
    await stage.want(...names)
    const { counts } = await stage.run()
    expect(counts['rejected']).toBeLessThan(10)
    expect(stage.requests.length).toBe(counts['rejected'])
    const [{ waiting } = { waiting: 0 }] = await stage.sql<{ waiting: number }>(
      'select count(*)::int as waiting from sync_images where fail_count = 0 and next_at > now()',
    )
    expect(waiting).toBe(100 - (counts['rejected'] ?? 0))
  })

  test('is none when the host asks to be left alone', async () => {
    stage.served.set('/busy.png', (_, response) => response.writeHead(429, { 'retry-after': '300' }).end())
    await stage.want('/busy.png')
    expect((await stage.run()).counts).toMatchObject({ seen: 0, rejected: 0 })
    const row = await stage.image('/busy.png')
    expect(row).toMatchObject({ fail_count: 0, claim: null })
    expect(row?.wait_seconds).toBeGreaterThan(250)
  })
})

async function serveBroken(): Promise<void> {
  const picture = await drawPicture((seed += 1))
  const bomb = Buffer.from(picture)
  bomb.writeUInt32BE(60_000, 16)
  bomb.writeUInt32BE(60_000, 20)
  const { served, origin } = stage
  served.set('/page.png', { body: Buffer.from('<!doctype html><title>Not found</title>') })
  served.set('/drawing.svg', { body: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') })
  served.set('/half.png', { body: picture.subarray(0, picture.length - 30) })
  served.set('/bomb.png', { body: fixHeaderSum(bomb) })
  served.set('/to-private.png', (_, response) =>
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  )
  served.set('/to-metadata.png', (_, response) =>
    response.writeHead(302, { location: 'https://169.254.169.254/' }).end(),
  )
  served.set('/circle.png', (_, response) =>
    response.writeHead(302, { location: `${origin}/circle.png` }).end(),
  )
  served.set('/endless.png', (_, response) => {
    response.writeHead(200)
    const drip = setInterval(() => response.write('.'), 20)
    response.on('close', () => clearInterval(drip))
  })
  served.set('/huge.png', { body: Buffer.alloc(9 * 1024 * 1024) })
  served.set('/reset.png', (request) => request.socket.resetAndDestroy())
  served.set('/500.png', (_, response) => response.writeHead(500).end())
}

/** The check sum of a PNG's header, so that its dimensions are believed. */
function fixHeaderSum(png: Buffer): Buffer {
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  return png
}
