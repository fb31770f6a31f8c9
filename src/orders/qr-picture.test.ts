import { decodeQR } from 'qr/decode.js'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { drawQr } from './qr-picture.ts'

/** Of a made-up merchant. @see payments.md 3.2 */
const QRIS =
  '00020101021226670015COM.EXAMPLE.WWW01189360099900000000170215EX00000000000010303UMI51440014ID.CO.QRIS.WWW0215ID10200000000010303UMI5204581653033605405150005802ID5911TOKO CONTOH6007JAKARTA61051011062070703A016304EB28'

async function decode(picture: Buffer): Promise<string> {
  const { data, info } = await sharp(picture).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return decodeQR({ width: info.width, height: info.height, data: new Uint8ClampedArray(data) })
}

test.each([
  ['a QRIS', QRIS],
  ['a short text', 'LAPAK'],
  ['a long text', QRIS.repeat(3)],
])('%s is drawn large enough and reads as it was written', async (_, text) => {
  const picture = await drawQr(text)
  const { width, height, format } = await sharp(picture).metadata()
  expect(format).toBe('png')
  expect(width).toBe(height)
  expect(width).toBeGreaterThanOrEqual(600)
  expect(await decode(picture)).toBe(text)
})

test('a small copy of it still reads, and its margin is white', async () => {
  const picture = await drawQr(QRIS)
  const small = await sharp(picture).resize(300, 300).png().toBuffer()
  expect(await decode(small)).toBe(QRIS)
  const { width } = await sharp(picture).metadata()
  const edge = { left: 0, top: 0, width, height: 30 }
  const margin = await sharp(picture).extract(edge).raw().toBuffer()
  expect(margin.every((level) => level === 255)).toBe(true)
})
