import { Hono, type Context } from 'hono'
import { hashText } from '../random.ts'
import type { BrokenPicture, Feed } from './feed-state.ts'
import { drawBomb, drawPicture, type PictureFile } from './picture-bytes.ts'
import { pictureVersion, rowIndex } from './row-text.ts'

/** Counters kept; enough for every picture of the default size. */
const MAX_COUNTED = 5_000
/** Pictures kept drawn. */
const MAX_DRAWN = 200
/** One in this many is as large as a photograph. */
const LARGE_EVERY = 40
/** When the first content of every picture was made; each version is a minute younger. */
const FIRST_CONTENT = Date.UTC(2026, 0, 1)
/** A private address, where a fetcher must not follow. */
const PRIVATE_TARGET = 'http://169.254.10.10/latest/meta-data'

/** Returns the routes of the pictures, which need no token. */
export function createPictures(feed: Feed): Hono {
  const app = new Hono()
  const drawn = new Map<string, Promise<PictureFile>>()
  app.get('/images/*', async (c) => {
    const response = await answerPicture(feed, drawn, c)
    count(feed, c.req.path, response.status)
    return response
  })
  return app
}

async function answerPicture(
  feed: Feed,
  drawn: Map<string, Promise<PictureFile>>,
  c: Context,
): Promise<Response> {
  const { path } = c.req
  const broken = feed.broken.get(path)
  const content = contentOf(feed, path)
  if (content === undefined) return c.text('not found', 404)
  if (broken !== undefined && broken !== 'truncated') return answerBroken(broken)
  const etag = `"${hashText(`${path}-${content.version}`).toString(16)}"`
  const modified = new Date(FIRST_CONTENT + content.version * 60_000)
  const headers = { ETag: etag, 'Last-Modified': modified.toUTCString(), 'Cache-Control': 'max-age=60' }
  if (isUnchanged(c, etag, modified)) return new Response(null, { status: 304, headers })
  const key = `${path}-${content.version}`
  const drawing = drawn.get(key) ?? drawPicture(key, content.format, content.isLarge)
  drawn.set(key, drawing)
  for (const oldest of drawn.size > MAX_DRAWN ? [...drawn.keys()].slice(0, 1) : []) drawn.delete(oldest)
  const { bytes, contentType } = await drawing
  const body = broken === 'truncated' ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes
  return new Response(new Uint8Array(body), { headers: { ...headers, 'Content-Type': contentType } })
}

/** What is behind a path, or undefined when nothing is. */
function contentOf(
  feed: Feed,
  path: string,
): { format: 'png' | 'jpg'; version: number; isLarge: boolean } | undefined {
  const touched = feed.touched.get(path) ?? 0
  if (path === '/images/placeholder.png') return { format: 'png', version: touched, isLarge: false }
  const match = /^\/images\/(produk|reseller)\/([PR]\d+)\.(png|jpg)$/.exec(path)
  const index = match ? rowIndex(match[2] ?? '') : undefined
  if (!match || index === undefined) return undefined
  const list = feed.lists[match[1] === 'produk' ? 'products' : 'resellers']
  if (index >= list.count) return undefined
  const version = pictureVersion(index, list.overlay?.revision[index] ?? 0) * 1_000 + touched
  return { format: match[3] === 'png' ? 'png' : 'jpg', version, isLarge: index % LARGE_EVERY === 12 }
}

/** The entity tag decides where both are given. */
function isUnchanged(c: Context, etag: string, modified: Date): boolean {
  const tags = c.req.header('if-none-match')
  if (tags !== undefined) return tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
  const since = Date.parse(c.req.header('if-modified-since') ?? '')
  return since >= modified.getTime()
}

function answerBroken(broken: Exclude<BrokenPicture, 'truncated'>): Response {
  switch (broken) {
    case '404':
      return new Response('not found', { status: 404 })
    case 'http_500':
      return new Response('error', { status: 500 })
    case 'html':
      return new Response('<!doctype html><title>Login</title><p>Silakan masuk.</p>', {
        headers: { 'Content-Type': 'image/jpeg' },
      })
    case 'svg':
      return new Response('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', {
        headers: { 'Content-Type': 'image/svg+xml' },
      })
    case 'bomb':
      return new Response(new Uint8Array(drawBomb()), { headers: { 'Content-Type': 'image/png' } })
    case 'redirect_private':
      return new Response(null, { status: 302, headers: { Location: PRIVATE_TARGET } })
  }
}

function count({ pictureCounts }: Feed, path: string, status: number): void {
  const counts = pictureCounts.get(path) ?? { ok: 0, notModified: 0, other: 0 }
  if (status === 200) counts.ok += 1
  else if (status === 304) counts.notModified += 1
  else counts.other += 1
  if (pictureCounts.has(path) || pictureCounts.size < MAX_COUNTED) pictureCounts.set(path, counts)
}
