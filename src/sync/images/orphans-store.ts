import type { Statement } from '#platform/database.ts'
import type { StoredForm } from './images-store.ts'

/** A content whose files are ours to delete; `token` proves it when the row is dropped. */
export type TakenContent = { sha256: Buffer; forms: StoredForm[]; token: string }

/** A deletion that has not ended after this long was lost with its process; another one carries it out. */
const REMOVAL_LOST_AFTER = '1 hour'

/**
 * Locks addresses that are about to be looked at again and have not been due for a while, in order after one of them,
 * with their time to the microsecond (index sync_images_due). Skips what others hold.
 */
export function lockForgettableStatement(options: {
  aheadSeconds: number
  settledSeconds: number
  after: { nextAt: string; url: string }
  limit: number
}): Statement<{ url: string; nextAt: string }> {
  return {
    name: 'sync_images_lock_forgettable',
    text: `select url, next_at::text as "nextAt" from sync_images
      where next_at > now() and next_at <= now() + make_interval(secs => $1)
        and checked_at < now() - make_interval(secs => $2) and claim is null
        and next_at >= $3::timestamptz and (next_at, url) > ($3::timestamptz, $4 collate "C")
      order by next_at, url limit $5 for update skip locked`,
    values: [
      options.aheadSeconds,
      options.settledSeconds,
      options.after.nextAt,
      options.after.url,
      options.limit,
    ],
  }
}

/** Marks up to `limit` contents that no picture refers to (index sync_images_content). */
export function markOrphansStatement(limit: number): Statement {
  return {
    name: 'sync_images_mark_orphans',
    text: `update sync_image_contents set orphaned_at = now() where sha256 in (
        select sha256 from sync_image_contents as content
        where orphaned_at is null
          and not exists (select from sync_images as image where image.sha256 = content.sha256)
        limit $1 for update skip locked)`,
    values: [limit],
  }
}

/** Locks contents that have been orphans for the whole grace (index sync_image_contents_orphans). */
export function lockOrphansStatement(graceSeconds: number, limit: number): Statement<{ sha256: Buffer }> {
  return {
    name: 'sync_images_lock_orphans',
    text: `select sha256 from sync_image_contents
      where orphaned_at < now() - make_interval(secs => $1)
        and (removing_at is null or removing_at < now() - interval '${REMOVAL_LOST_AFTER}')
      order by orphaned_at limit $2 for update skip locked`,
    values: [graceSeconds, limit],
  }
}

/** Takes back from the orphans what a picture refers to after all. A statement of its own sees what was committed last. */
export function takeBackStatement(hashes: readonly Buffer[]): Statement {
  return {
    name: 'sync_images_take_back',
    text: `update sync_image_contents as content set orphaned_at = null
      where sha256 = any($1::bytea[]) and removing_at is null
        and exists (select from sync_images as image where image.sha256 = content.sha256)`,
    values: [hashes],
  }
}

/** Marks locked orphans as being deleted; from here on nobody refers to them. */
export function takeOrphansStatement(hashes: readonly Buffer[]): Statement<TakenContent> {
  return {
    name: 'sync_images_take_orphans',
    text: `update sync_image_contents as content set removing_at = now()
      where sha256 = any($1::bytea[]) and orphaned_at is not null
        and not exists (select from sync_images as image where image.sha256 = content.sha256)
      returning sha256, forms, removing_at::text as token`,
    values: [hashes],
  }
}

/** Forgets contents whose files are gone, unless another process took the deletion over. */
export function dropOrphansStatement(taken: readonly TakenContent[]): Statement {
  return {
    name: 'sync_images_drop_orphans',
    text: `delete from sync_image_contents as content
      using unnest($1::bytea[], $2::text[]) as gone (sha256, token)
      where content.sha256 = gone.sha256 and content.removing_at = gone.token::timestamptz`,
    values: [taken.map(({ sha256 }) => sha256), taken.map(({ token }) => token)],
  }
}
