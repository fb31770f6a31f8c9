import { crc32, deflateSync } from 'node:zlib'
import { hashText } from '../random.ts'

/** A picture as it is served. */
export type PictureFile = { bytes: Buffer; contentType: string }

const SMALL = { width: 240, height: 160 }
/** As photographs straight from a telephone are. */
const LARGE = { width: 2_400, height: 1_600 }
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** 20,000 × 20,000 pixels in a few kilobytes: fifty megabytes of zeros as one bit per pixel. */
const BOMB_SIDE = 20_000

/** Returns the picture that belongs to a key; every key looks different, the same key is the same to the byte. */
export async function drawPicture(
  key: string,
  format: 'png' | 'jpg',
  isLarge: boolean,
): Promise<PictureFile> {
  const { width, height } = isLarge ? LARGE : SMALL
  const pixels = paint(hashText(key), width, height)
  if (format === 'png') return { bytes: png(pixels, width, height), contentType: 'image/png' }
  const { default: sharp } = await import('sharp')
  const raw = { width, height, channels: 3 as const }
  const bytes = await sharp(pixels, { raw }).jpeg({ quality: 80 }).toBuffer()
  return { bytes, contentType: 'image/jpeg' }
}

let bomb: Buffer | undefined

/** Returns a small PNG that takes more than a gigabyte when it is unpacked. */
export function drawBomb(): Buffer {
  const rowBytes = BOMB_SIDE / 8 + 1
  bomb ??= pngFile(BOMB_SIDE, BOMB_SIDE, { depth: 1, colour: 0 }, Buffer.alloc(rowBytes * BOMB_SIDE))
  return bomb
}

/** Diagonal bands of two colours taken from the hash. */
function paint(hash: number, width: number, height: number): Buffer {
  const pixels = Buffer.alloc(width * height * 3)
  const front = [hash & 0xff, (hash >>> 8) & 0xff, (hash >>> 16) & 0xff]
  const band = 8 + ((hash >>> 24) % 24)
  for (let y = 0, offset = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, offset += 3) {
      const isFront = Math.floor((x + y) / band) % 2 === 0
      for (let channel = 0; channel < 3; channel += 1) {
        const value = front[channel] ?? 0
        pixels[offset + channel] = isFront ? value : 255 - value
      }
    }
  }
  return pixels
}

function png(pixels: Buffer, width: number, height: number): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  // Each row starts with its filter type, 0 = none.
  for (let y = 0; y < height; y += 1) {
    pixels.copy(rows, y * (width * 3 + 1) + 1, y * width * 3, (y + 1) * width * 3)
  }
  return pngFile(width, height, { depth: 8, colour: 2 }, rows)
}

function pngFile(
  width: number,
  height: number,
  { depth, colour }: { depth: number; colour: number },
  rows: Buffer,
): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = depth
  header[9] = colour
  return Buffer.concat([
    PNG_SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'ascii'), data])
  const framed = Buffer.alloc(typed.length + 8)
  framed.writeUInt32BE(data.length, 0)
  typed.copy(framed, 4)
  framed.writeUInt32BE(crc32(typed), typed.length + 4)
  return framed
}
