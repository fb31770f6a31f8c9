import path from 'node:path'

/** Content types that the ending of a name tells, so that no second file has to keep them. */
const TYPES: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.webp': 'image/webp',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
}

/** The content type that the ending of a key stands for, or undefined. */
export function typeOfName(key: string): string | undefined {
  return TYPES[path.posix.extname(key)]
}
