/** Formats of pictures that are taken in. */
export type SourceFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif'

/** The format that the first bytes prove, whatever a header or a name claims; undefined for everything else. */
export function sniffFormat(bytes: Uint8Array): SourceFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp'
  if (head.slice(4, 8) === 'ftyp' && /^avi[fs]/.test(head.slice(8, 12))) return 'avif'
  // Written by some encoders: a general still image whose compatible brands name AVIF.
  if (head.slice(4, 12) === 'ftypmif1' && head.slice(16).includes('avif')) return 'avif'
  return undefined
}
