import type { Database, Tx } from './database.ts'
import type { TaggedCache } from './tagged-cache.ts'

/**
 * Announces a change of what the tags stand for, in the transaction that makes the change. Locks the tags' rows
 * until commit, in a fixed order; keep it the last statement of a transaction.
 */
export async function bumpTags(tx: Tx, tags: readonly string[]): Promise<void> {
  await tx.count({
    name: 'cache_tags_bump',
    text: `insert into cache_tags (tag)
      select t from unnest($1::text[]) as t order by t
      on conflict (tag) do update set version = cache_tags.version + 1`,
    values: [tags],
  })
}

/**
 * Compares the tags' versions with those the cache has seen and drops what is stale. Called about once a second
 * by every process, so that a change made elsewhere shows up here within that second. Returns the cleared tags.
 */
export async function refreshTags(db: Database, cache: TaggedCache): Promise<string[]> {
  const rows = await db.once<{ tag: string; version: number }>(
    'cache-tags.refresh',
    { role: 'web' },
    { name: 'cache_tags_versions', text: 'select tag, version from cache_tags' },
  )
  const stale = rows.filter((row) => cache.seenVersions.get(row.tag) !== row.version)
  for (const row of stale) cache.seenVersions.set(row.tag, row.version)
  const tags = stale.map((row) => row.tag)
  if (tags.length > 0) cache.clear(tags)
  return tags
}
