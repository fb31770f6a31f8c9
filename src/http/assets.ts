import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import type { Reply } from './reply.ts'
import { storeBody, storedReply, type StoredBody } from './stored-body.ts'

/** Files whose name holds a hash of their content never change. */
const IMMUTABLE = 'public, max-age=31536000, immutable'

/** Icons and the like: may change with a release. */
const CHANGING = 'public, max-age=3600'

/** A browser build is about one MB; far more means the wrong folder was given. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
}

/** One file ready to be served. */
type Asset = { stored: StoredBody; cacheControl: string }

/** The files of the browser build, by path in addresses, held in memory. */
export type Assets = ReadonlyMap<string, Asset>

/**
 * Files below `folder`, read once at start; a missing folder holds none. Only names found there are ever
 * served, so no path of a request touches the disk. Throws when the folder is implausibly large.
 */
export function loadAssets(folder: string | null): Assets {
  const assets = new Map<string, Asset>()
  if (folder === null || !existsSync(folder)) return assets
  let total = 0
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const pathname = `/${relative(folder, file).split(sep).join('/')}`
    const bytes = new Uint8Array(readFileSync(file))
    total += bytes.byteLength
    if (total > MAX_TOTAL_BYTES)
      throw new RangeError(`more than ${MAX_TOTAL_BYTES} bytes of assets in ${folder}`)
    const contentType = TYPES[extname(entry.name)] ?? 'application/octet-stream'
    const cacheControl = pathname.startsWith('/assets/') ? IMMUTABLE : CHANGING
    assets.set(pathname, { stored: storeBody(bytes, contentType), cacheControl })
  }
  return assets
}

/** The file's answer: 304, compressed or plain. */
export function assetReply(request: Request, asset: Asset): Promise<Reply> {
  return storedReply(request, asset.stored, { 'cache-control': asset.cacheControl })
}
