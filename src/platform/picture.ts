import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import type * as SharpModule from 'sharp'
import { err, ok, type Result } from '../shared/result.ts'
import { sniffFormat } from './picture-format.ts'

/** Boxes into which a picture is fitted; none is ever enlarged to fill one. */
export const PICTURE_SIZES = [160, 480, 960] as const
export type PictureSize = (typeof PICTURE_SIZES)[number]
/** `jpeg` and `png` are the fallback for browsers without the other two; `png` where parts are transparent. */
export type PictureFormat = 'avif' | 'webp' | 'jpeg' | 'png'

/** One encoded form of a picture: the same content gives the same forms under the same keys. */
export type PictureForm = {
  key: string
  size: PictureSize
  format: PictureFormat
  contentType: string
  width: number
  height: number
  body: Uint8Array
}

/** A picture ready to be stored. `width` and `height` are the upright original's. */
export type Picture = { sha256: string; width: number; height: number; forms: PictureForm[] }

/** Why something is not a picture for us. `too_many_pixels` is refused from its header, before anything is decoded. */
export type PictureRefusal = {
  code: 'not_a_picture' | 'too_many_pixels' | 'broken_picture'
  detail: string
}

/** A photo of a good telephone. One that comes in passes is held whole: up to six bytes per pixel. */
const MAX_PIXELS = 25_000_000
/** Decoders of AVIF hold every pixel several times over, 18 to 25 bytes of memory for each. */
const MAX_AVIF_PIXELS = 8_000_000
/** Beyond this it is a strip made to cost memory, not a picture of a product. */
const MAX_SIDE = 16_384
/** A portrait may be twice as high as its box is wide before it is narrowed. */
const MAX_RATIO = 2
/**
 * Chosen together: all forms of a 2-megapixel photo take about 150 ms of one core. The next effort of AVIF doubles that
 * and saves nothing.
 */
const ENCODING = {
  avif: { quality: 50, effort: 0 },
  webp: { quality: 78, effort: 2 },
  jpeg: { quality: 80 },
  png: { compressionLevel: 6 },
} as const
const ENDINGS: Record<PictureFormat, string> = { avif: 'avif', webp: 'webp', jpeg: 'jpg', png: 'png' }
/** Pictures worked on at once in one process; a core is always left for the shop's requests. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1))

type Sharp = typeof SharpModule.default
type Pixels = { data: Buffer; raw: SharpModule.Raw; isOpaque: boolean; width: number; height: number }

let loaded: Promise<Sharp> | undefined
let running = 0
const waiting: (() => void)[] = []

/** The hash under which a picture's content is known, in hexadecimal. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** The key of one form of a content. */
export function keyOfForm(sha256: string, size: number, format: PictureFormat): string {
  return `img/${sha256.slice(0, 2)}/${sha256}-${size}.${ENDINGS[format]}`
}

/**
 * Decodes a picture of unknown origin and encodes it anew: upright, without metadata, in sRGB, in up to three sizes and
 * three formats. JPEG, PNG, WebP, AVIF and the first frame of a GIF; everything else is refused, SVG included.
 * Takes turns with other pictures, so that the process stays responsive.
 */
export async function readPicture(bytes: Uint8Array): Promise<Result<Picture, PictureRefusal>> {
  const format = sniffFormat(bytes)
  if (!format) return err({ code: 'not_a_picture', detail: 'neither JPEG, PNG, WebP, AVIF nor GIF' })
  await takeTurn()
  try {
    const sharp = await loadSharp()
    const decoded = await decode(sharp, bytes, format === 'avif' ? MAX_AVIF_PIXELS : MAX_PIXELS)
    if (!decoded.ok) return decoded
    const { width, height } = decoded.value
    const sha256 = hashOf(bytes)
    return ok({ sha256, width, height, forms: await encodeAll(sharp, sha256, decoded.value) })
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

async function takeTurn(): Promise<void> {
  while (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
}

/** Loaded with the first picture: who mirrors none does not carry the library. */
function loadSharp(): Promise<Sharp> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.concurrency(1)
    sharp.cache(false)
    return sharp
  })
  return loaded
}

/** The pixels at the largest size, upright. Only the header is read before the size is known to be bearable. */
async function decode(
  sharp: Sharp,
  bytes: Uint8Array,
  maxPixels: number,
): Promise<Result<Pixels, PictureRefusal>> {
  try {
    const input = () => sharp(bytes, { failOn: 'error', limitInputPixels: maxPixels, pages: 1 })
    const header = await input().metadata()
    const { width, height } = header.autoOrient
    if (width * height > maxPixels || Math.max(width, height) > MAX_SIDE)
      return err({ code: 'too_many_pixels', detail: `${width} × ${height}` })
    const largest = Math.max(...PICTURE_SIZES)
    const upright = input().autoOrient().resize(boxOf(largest)).toColourspace('srgb')
    const { data, info } = await upright.raw().toBuffer({ resolveWithObject: true })
    const raw = { width: info.width, height: info.height, channels: info.channels }
    return ok({ data, raw, isOpaque: isOpaque(data, info.channels), width, height })
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unreadable'
    if (/exceeds pixel limit/i.test(detail)) return err({ code: 'too_many_pixels', detail })
    return err({ code: 'broken_picture', detail: detail.slice(0, 200) })
  }
}

function boxOf(size: number): SharpModule.ResizeOptions {
  return { width: size, height: size * MAX_RATIO, fit: 'inside', withoutEnlargement: true }
}

function isOpaque(data: Buffer, channels: number): boolean {
  if (channels !== 2 && channels !== 4) return true
  for (let index = channels - 1; index < data.length; index += channels) if (data[index] !== 255) return false
  return true
}

async function encodeAll(sharp: Sharp, sha256: string, pixels: Pixels): Promise<PictureForm[]> {
  const formats: PictureFormat[] = ['avif', 'webp', pixels.isOpaque ? 'jpeg' : 'png']
  const forms: PictureForm[] = []
  for (const size of sizesOf(pixels.raw)) {
    for (const format of formats) {
      const image = sharp(pixels.data, { raw: pixels.raw }).resize(boxOf(size))
      const flat = pixels.isOpaque ? image.removeAlpha() : image
      const { data: body, info } = await flat
        .toFormat(format, ENCODING[format])
        .toBuffer({ resolveWithObject: true })
      const contentType = `image/${format}`
      const { width, height } = info
      forms.push({ key: keyOfForm(sha256, size, format), size, format, contentType, width, height, body })
    }
  }
  return forms
}

/** The sizes that differ from one another: a small picture fills its smallest box and needs no other. */
function sizesOf({ width, height }: { width: number; height: number }): PictureSize[] {
  const fits = (size: number): boolean => width <= size && height <= size * MAX_RATIO
  return PICTURE_SIZES.filter((_, index) => index === 0 || !fits(PICTURE_SIZES[index - 1] ?? 0))
}
