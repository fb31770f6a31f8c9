import { crc32, deflateSync } from 'node:zlib'
import { encode, renderSVG } from 'uqr'

const PIXELS_PER_MODULE = 8
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** Returns the QR code as an SVG element. */
export function qrSvg(text: string): string {
  return renderSVG(text, { ecc: 'M', border: 2 })
}

/** Returns the QR code as a black-and-white PNG (one byte per pixel, grey). */
export function qrPng(text: string): Buffer {
  const { data, size } = encode(text, { ecc: 'M', border: 2 })
  const width = size * PIXELS_PER_MODULE
  const rows: Buffer[] = []
  for (let y = 0; y < width; y += 1) {
    const modules = data[Math.floor(y / PIXELS_PER_MODULE)] ?? []
    // Each row starts with its filter type, 0 = none.
    const row = Buffer.alloc(width + 1)
    for (let x = 0; x < width; x += 1) row[x + 1] = modules[Math.floor(x / PIXELS_PER_MODULE)] ? 0 : 255
    rows.push(row)
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(width, 4)
  header[8] = 8
  return Buffer.concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.concat(rows))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

function pngChunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'ascii'), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(typed))
  return Buffer.concat([length, typed, checksum])
}
