import { crc32, deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, test } from 'vitest'
import { sniffFormat } from './picture-format.ts'
import { readPicture, type Picture } from './picture.ts'

async function photo(width: number, height: number, channels: 3 | 4 = 3): Promise<Sharp> {
  const data = Buffer.alloc(width * height * channels)
  for (let index = 0; index < data.length; index += 1) data[index] = (index * 7 + (index >> 9)) % 200
  return sharp(data, { raw: { width, height, channels } })
}

async function read(bytes: Uint8Array): Promise<Picture> {
  const picture = await readPicture(bytes)
  if (!picture.ok) throw new Error(picture.error.detail)
  return picture.value
}

/** A PNG of these dimensions whose data is a few bytes: the header is all there is to believe. */
function pngBomb(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    const sum = Buffer.alloc(4)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(1_000))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('takes in', () => {
  test.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('%s', async (format) => {
    const bytes = await (await photo(600, 400)).toFormat(format).toBuffer()
    expect(sniffFormat(bytes)).toBe(format)
    expect(await read(bytes)).toMatchObject({ width: 600, height: 400 })
  })

  test('and gives three sizes in three formats, none enlarged', async () => {
    const bytes = await (await photo(1_200, 800)).jpeg().toBuffer()
    const { sha256, forms } = await read(bytes)
    expect(forms.map(({ size, format, width, height }) => [size, format, width, height])).toEqual(
      [
        [160, 107],
        [480, 320],
        [960, 640],
      ].flatMap(([width, height]) =>
        ['avif', 'webp', 'jpeg'].map((format) => [width, format, width, height]),
      ),
    )
    expect(forms[5]?.key).toBe(`img/${sha256.slice(0, 2)}/${sha256}-480.jpg`)
    for (const { format, body } of forms) expect(sniffFormat(body)).toBe(format)
  })

  test('a small one in the one size that it has', async () => {
    const { forms } = await read(await (await photo(100, 50)).png().toBuffer())
    expect(forms.map(({ size, width, height }) => [size, width, height])).toEqual(
      Array.from({ length: 3 }, () => [160, 100, 50]),
    )
    const middle = await read(await (await photo(300, 50)).png().toBuffer())
    expect([...new Set(middle.forms.map(({ width }) => width))]).toEqual([160, 300])
  })

  test('transparency, with PNG as the fallback', async () => {
    const { forms } = await read(await (await photo(200, 200, 4)).png().toBuffer())
    expect(forms.map(({ format }) => format)).toContain('png')
    expect((await sharp(forms[2]?.body).metadata()).hasAlpha).toBe(true)
  })

  test('a picture on its side, and sets it upright without its metadata', async () => {
    const bytes = await (
      await photo(400, 200)
    )
      .jpeg()
      .withMetadata({ orientation: 6 })
      .withExifMerge({ IFD0: { Copyright: 'somebody' } })
      .toBuffer()
    const picture = await read(bytes)
    expect(picture).toMatchObject({ width: 200, height: 400 })
    for (const { body } of picture.forms) {
      const found = await sharp(body).metadata()
      expect(found.exif).toBeUndefined()
      expect(found.orientation ?? 1).toBe(1)
      expect(found.width).toBeLessThan(found.height)
    }
  })

  test('grey, sixteen-bit and CMYK pictures as sRGB', async () => {
    const grey = await (await photo(50, 50)).greyscale().png().toBuffer()
    const deep = await (await photo(50, 50)).toColourspace('rgb16').png().toBuffer()
    const print = await (await photo(50, 50)).toColourspace('cmyk').jpeg().toBuffer()
    for (const bytes of [grey, deep, print])
      expect((await sharp((await read(bytes)).forms[2]?.body).metadata()).space).toBe('srgb')
  })

  test('the first frame of an animation', async () => {
    const frame = Buffer.alloc(40 * 60 * 3, 90)
    const bytes = await sharp(frame, { raw: { width: 40, height: 60, channels: 3, pageHeight: 20 } })
      .gif()
      .toBuffer()
    expect(await read(bytes)).toMatchObject({ width: 40, height: 20 })
  })

  test('the same content, to the same bytes', async () => {
    const bytes = await (await photo(500, 300)).webp().toBuffer()
    const [one, two] = await Promise.all([read(bytes), read(bytes)])
    expect(
      one.forms.every(({ body }, index) => Buffer.from(body).equals(two.forms[index]?.body ?? body)),
    ).toBe(true)
  })
})

describe('refuses', () => {
  const text = (content: string): Buffer => Buffer.from(content)

  test.each([
    ['nothing', text('')],
    ['a page', text('<!doctype html><html><body>404</body></html>')],
    ['SVG', text('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['SVG after a declaration', text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['PDF', text('%PDF-1.7')],
    ['TIFF', text('II*\0aaaa')],
    ['BMP', text('BMaaaaaaaa')],
    ['ICO', Buffer.from([0, 0, 1, 0, 1, 0])],
    ['a script', text('#!/bin/sh\nrm -rf /')],
    ['a video', text('\0\0\0\x18ftypisom\0\0\0\0isommp42')],
  ])('%s', async (_, bytes) => {
    expect(await readPicture(bytes)).toMatchObject({ ok: false, error: { code: 'not_a_picture' } })
  })

  test.each([
    ['only a beginning', Buffer.from('\xff\xd8\xff\xe0aaaaaaaaaaaaaaaaaaaa', 'latin1')],
    ['a page that begins like a picture', Buffer.from('GIF89a<script>alert(1)</script>', 'latin1')],
  ])('%s', async (_, bytes) => {
    expect(await readPicture(bytes)).toMatchObject({ ok: false, error: { code: 'broken_picture' } })
  })

  test.each(['jpeg', 'png', 'webp', 'avif', 'gif'] as const)('a %s cut in half', async (format) => {
    const bytes = await (await photo(600, 400)).toFormat(format).toBuffer()
    const half = bytes.subarray(0, bytes.length / 2)
    expect(await readPicture(half)).toMatchObject({ ok: false, error: { code: 'broken_picture' } })
  })

  test.each([
    [50_000, 50_000],
    [8_000, 8_000],
    [20_000, 10],
    [10, 20_000],
    [2_147_483_647, 2_147_483_647],
  ])('a bomb of %i × %i before it goes off', async (width, height) => {
    const before = process.memoryUsage().rss
    const refused = await readPicture(pngBomb(width, height))
    expect(refused).toMatchObject({ ok: false })
    expect(['too_many_pixels', 'broken_picture']).toContain(refused.ok ? '' : refused.error.code)
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024)
  })

  test.each([
    [5_001, 5_000],
    [16_385, 1],
  ])('a whole picture of %i × %i that any decoder would take', async (width, height) => {
    const bytes = await sharp({ create: { width, height, channels: 3, background: '#000' } })
      .png({ palette: true, colours: 2 })
      .toBuffer()
    expect(await readPicture(bytes)).toMatchObject({ ok: false, error: { code: 'too_many_pixels' } })
  })

  test('an AVIF of two kilobytes that takes hundreds of megabytes to decode', async () => {
    const bytes = await sharp({ create: { width: 2_900, height: 2_900, channels: 3, background: '#000' } })
      .avif({ effort: 0 })
      .toBuffer()
    expect(bytes.length).toBeLessThan(10_000)
    expect(await readPicture(bytes)).toMatchObject({ ok: false, error: { code: 'too_many_pixels' } })
  })
})
