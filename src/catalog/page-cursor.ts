import { isUuid } from '#platform/ids.ts'

/** The last row of a page: the next page starts after it. */
export type PagePosition = { popularity: number; id: string }

/** The page size when none is asked for: fills a phone screen a few times. */
export const DEFAULT_PAGE_SIZE = 20
/** The largest page: bounds the answer to a few hundred kilobytes. */
export const MAX_PAGE_SIZE = 100

/** A whole number from 1 to `MAX_PAGE_SIZE`; `DEFAULT_PAGE_SIZE` for anything that is not a number. */
export function pageSize(limit: number | undefined): number {
  if (limit === undefined || !Number.isFinite(limit)) return DEFAULT_PAGE_SIZE
  return Math.min(MAX_PAGE_SIZE, Math.max(1, Math.trunc(limit)))
}

/** The position as an opaque text for `cursor`. */
export function encodeCursor(position: PagePosition): string {
  return Buffer.from(`${position.popularity}:${position.id}`).toString('base64url')
}

/** Whether `cursor` is one that a product list gave out. */
export function isPageCursor(cursor: string): boolean {
  return decodeCursor(cursor) !== undefined
}

/** The position in a cursor; undefined for none and for one we did not make (the list then starts anew). */
export function decodeCursor(cursor: string | undefined): PagePosition | undefined {
  if (cursor === undefined || cursor.length > 100) return undefined
  const match = /^(-?\d{1,9}):(.{36})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  const [, popularity = '', id = ''] = match ?? []
  return match !== null && isUuid(id) ? { popularity: Number(popularity), id } : undefined
}
