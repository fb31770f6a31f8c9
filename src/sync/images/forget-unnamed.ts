import type { Tx } from '#platform/database.ts'
import type { ImageDeps } from './image-deps.ts'
import { lockForgettableStatement } from './orphans-store.ts'
import { forgetImages } from './want-images.ts'

/** Which of these addresses the records of a domain name; its answer may cost a scan of all of them. */
export type NamedPictures = (tx: Tx, urls: readonly string[]) => Promise<string[]>

/** `namedPictures`: every domain that wants pictures. Without any, nothing is forgotten. */
export type ForgetDeps = Pick<ImageDeps, 'db'> & { namedPictures: readonly NamedPictures[] }

/** Addresses of one question: one scan of a million records answers for ten thousand of them. */
const ASKED_AT_ONCE = 10_000
/** Questions of one call; the schedule calls again. */
const MAX_BATCHES = 20
/**
 * An address is asked about before it is fetched again. Twice the schedule, so that a turn that is missed leaves none out;
 * a week of looks spreads a million addresses to one or two questions an hour.
 */
const AHEAD_SECONDS = 2 * 3_600
/** Longer than any transaction that names an address lasts, shorter than the shortest wait of a picture that is refused. */
const SETTLED_SECONDS = 3 * 3_600

/**
 * Removes the addresses that no record names any more, of those that are about to be looked at again; returns their
 * number. A record that is gone still names its picture: it may come back. Locks a batch of addresses, waiting for none.
 *
 * Whoever names an address meanwhile must meet the lock, so only those are taken that were not due for hours: naming one
 * writes its row then, and adds it anew when it was removed first. A row that is due is not written by its naming.
 */
export async function forgetUnnamed(deps: ForgetDeps): Promise<{ forgotten: number }> {
  let forgotten = 0
  if (deps.namedPictures.length === 0) return { forgotten }
  let after = { nextAt: '-infinity', url: '' }
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const { removed, next } = await forgetBatch(deps, after)
    forgotten += removed
    if (next === undefined) break
    after = next
  }
  return { forgotten }
}

type Place = { nextAt: string; url: string }

/** One question; `next` is where the following one begins, undefined when all were asked about. */
function forgetBatch(
  { db, namedPictures }: ForgetDeps,
  after: Place,
): Promise<{ removed: number; next: Place | undefined }> {
  const times = { aheadSeconds: AHEAD_SECONDS, settledSeconds: SETTLED_SECONDS }
  return db.transaction('sync.forget-images', { role: 'worker' }, async (tx) => {
    const images = await tx.rows(lockForgettableStatement({ ...times, after, limit: ASKED_AT_ONCE }))
    if (images.length === 0) return { removed: 0, next: undefined }
    const urls = images.map(({ url }) => url)
    const named = await Promise.all(namedPictures.map((ask) => ask(tx, urls)))
    const kept = new Set(named.flat())
    const removed = await forgetImages(
      tx,
      urls.filter((url) => !kept.has(url)),
    )
    return { removed, next: images.length < ASKED_AT_ONCE ? undefined : images.at(-1) }
  })
}
