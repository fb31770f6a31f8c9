import { keyOfForm, type PictureFormat } from '#platform/picture.ts'
import { forgetUnnamed, type ForgetDeps } from './forget-unnamed.ts'
import type { ImageDeps } from './image-deps.ts'
import {
  dropOrphansStatement,
  lockOrphansStatement,
  markOrphansStatement,
  takeBackStatement,
  takeOrphansStatement,
  type TakenContent,
} from './orphans-store.ts'

const WORKER = { role: 'worker' } as const
/** A picture that is taken away by mistake comes back within days, and pages that browsers kept still show it. */
const GRACE_SECONDS = 7 * 24 * 3_600
const MARKED_AT_ONCE = 1_000
const REMOVED_AT_ONCE = 50
/** Batches of one call; the schedule calls again. */
const MAX_BATCHES = 20

/**
 * Forgets addresses that no record names any more, and deletes the files of contents that no picture has referred to for the whole grace. A content is first marked as being
 * removed, and committed so; from then on no picture may take it. Only then its files are deleted, and the row last. A
 * picture that comes back meanwhile waits and stores the content anew. Throws when the store is out of reach; what was
 * marked is carried out by a later call.
 */
export async function purgeImages(
  deps: Pick<ImageDeps, 'blobs'> & ForgetDeps,
  graceSeconds = GRACE_SECONDS,
): Promise<{ marked: number; removed: number }> {
  const { db } = deps
  await forgetUnnamed(deps)
  let marked = 0
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const found = await db.transaction('sync.mark-orphan-images', WORKER, (tx) =>
      tx.count(markOrphansStatement(MARKED_AT_ONCE)),
    )
    marked += found
    if (found < MARKED_AT_ONCE) break
  }
  let removed = 0
  for (let batch = 0; batch < MAX_BATCHES; batch += 1) {
    const { looked, taken } = await takeOrphans(deps, graceSeconds)
    await removeFiles(deps, taken)
    if (taken.length > 0)
      removed += await db.transaction('sync.drop-orphan-images', WORKER, (tx) =>
        tx.count(dropOrphansStatement(taken)),
      )
    if (looked < REMOVED_AT_ONCE) break
  }
  return { marked, removed }
}

function takeOrphans(
  { db }: Pick<ImageDeps, 'db'>,
  graceSeconds: number,
): Promise<{ looked: number; taken: TakenContent[] }> {
  return db.transaction('sync.take-orphan-images', WORKER, async (tx) => {
    const locked = await tx.rows(lockOrphansStatement(graceSeconds, REMOVED_AT_ONCE))
    if (locked.length === 0) return { looked: 0, taken: [] }
    const hashes = locked.map(({ sha256 }) => sha256)
    await tx.count(takeBackStatement(hashes))
    return { looked: locked.length, taken: await tx.rows(takeOrphansStatement(hashes)) }
  })
}

async function removeFiles(
  { blobs }: Pick<ImageDeps, 'blobs'>,
  taken: readonly TakenContent[],
): Promise<void> {
  for (const { sha256, forms } of taken) {
    const hash = sha256.toString('hex')
    await Promise.all(
      forms.map(({ size, format }) => blobs.remove(keyOfForm(hash, size, format as PictureFormat))),
    )
  }
}
