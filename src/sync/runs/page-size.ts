/** The page size when none is asked for. */
const DEFAULT_PAGE_SIZE = 20
/** The largest page of a list: bounds an answer to about a megabyte. */
const MAX_PAGE_SIZE = 100

/** A whole number from 1 to `most`; a few for anything that is not a number. */
export function pageSize(limit: number | undefined, most: number = MAX_PAGE_SIZE): number {
  if (limit === undefined || !Number.isFinite(limit)) return DEFAULT_PAGE_SIZE
  return Math.min(most, Math.max(1, Math.trunc(limit)))
}

/** A name to filter by, made harmless for the database; null for none. */
export function readName(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  return text.replaceAll('\0', '').slice(0, 200)
}
