import type { Context } from 'hono'
import { describeFile } from './blob-answer.ts'
import type { BlobState } from './blob-state.ts'

const DEFAULT_LIMIT = 1_000

/** Returns one page of the store's files in order of their names; `cursor` names the last one of the page before. */
export function listFiles(c: Context, state: BlobState): Response {
  const limit = Math.min(Number(c.req.query('limit') ?? DEFAULT_LIMIT), DEFAULT_LIMIT)
  const prefix = c.req.query('prefix') ?? ''
  const after = decodeCursor(c.req.query('cursor'))
  const names = [...state.files.keys()].filter((name) => name.startsWith(prefix) && name > after).sort()
  const folded = c.req.query('mode') === 'folded' ? foldersOf(names, prefix) : undefined
  const shown = folded ? names.filter((name) => !name.slice(prefix.length).includes('/')) : names
  const page = shown.slice(0, limit)
  const hasMore = shown.length > limit
  return c.json({
    blobs: page.flatMap((name) => {
      const file = state.files.get(name)
      if (!file) return []
      const { url, downloadUrl, pathname, size, uploadedAt, etag } = describeFile(c, state, file)
      return [{ url, downloadUrl, pathname, size, uploadedAt, etag }]
    }),
    hasMore,
    ...(hasMore ? { cursor: Buffer.from(page.at(-1) ?? '').toString('base64url') } : {}),
    ...(folded ? { folders: folded } : {}),
  })
}

function decodeCursor(cursor: string | undefined): string {
  return cursor === undefined ? '' : Buffer.from(cursor, 'base64url').toString('utf8')
}

function foldersOf(names: readonly string[], prefix: string): string[] {
  const folders = names.flatMap((name) => {
    const slash = name.indexOf('/', prefix.length)
    return slash < 0 ? [] : [name.slice(0, slash + 1)]
  })
  return [...new Set(folders)]
}
