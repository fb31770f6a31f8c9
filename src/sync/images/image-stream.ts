import { elapsedMs } from '#platform/clock.ts'
import { newId } from '#platform/ids.ts'
import type { WorkStep, WorkStream } from '../connection.ts'
import type { ImageDeps } from './image-deps.ts'
import {
  claimStatement,
  countDueStatement,
  holdContentsStatement,
  keepContentsStatement,
  keepImagesStatement,
  lockClaimedStatement,
  releaseStatement,
  type ClaimedImage,
  type ImageOutcome,
} from './images-store.ts'
import { createMirror, REMOVAL_WAIT_SECONDS, type BatchResult } from './mirror-batch.ts'

const WORKER = { role: 'worker' } as const
/** Pictures of one step. */
const BATCH = 32
/** A claim outlives the longest step; when its holder died, the next turn of the same run takes it at once. */
const CLAIM_SECONDS = 120
/** After this long a step starts no further picture: with one more fetch it stays well within the lease of its pass. */
const STEP_MS = 15_000
/** Broken pictures named per step; the counts tell of the rest. */
const MAX_ERRORS = 20

/**
 * The stream that mirrors the pictures which records named: fetched, checked, encoded anew and stored once per content.
 * A picture that fails keeps what it showed before, and never fails the run.
 */
export function imageStream(deps: ImageDeps): WorkStream {
  const { mirror } = createMirror(deps)
  return {
    kind: 'work',
    name: 'images',
    after: ['products', 'resellers'],
    async step({ runId, isDry, signal }) {
      if (isDry) return countDue(deps)
      const claim = newId()
      const images = await deps.db.transaction('sync.claim-images', WORKER, (tx) =>
        tx.rows(claimStatement({ claim, runId, limit: BATCH, leaseSeconds: CLAIM_SECONDS })),
      )
      if (images.length === 0) return { done: true, counts: {}, errors: [] }
      const endMs = elapsedMs() + STEP_MS
      const mayStart = (): boolean => !signal.aborted && elapsedMs() < endMs
      const result = await mirror(images, signal, mayStart)
      const written = await commit(deps, claim, images, result)
      if (result.failure !== undefined)
        throw new Error('pictures cannot be stored', { cause: result.failure })
      return { ...summarise(images, written), done: false }
    },
  }
}

async function countDue({ db }: ImageDeps): Promise<WorkStep> {
  const [{ due, unknown } = { due: 0, unknown: 0 }] = await db.once(
    'sync.count-images',
    WORKER,
    countDueStatement(),
  )
  return { done: true, counts: { seen: due, created: unknown, unchanged: due - unknown }, errors: [] }
}

/** Writes a batch in one transaction and returns the outcomes that hold: a content that is being removed does not. */
async function commit(
  { db }: ImageDeps,
  claim: string,
  images: readonly ClaimedImage[],
  result: BatchResult,
): Promise<ImageOutcome[]> {
  const hashes = uniqueHashes(result.outcomes)
  return db.transaction('sync.keep-images', WORKER, async (tx) => {
    if (result.contents.length > 0) await tx.count(keepContentsStatement(result.contents))
    const held = hashes.length > 0 ? await tx.rows(holdContentsStatement(hashes)) : []
    const isHeld = ({ sha256 }: ImageOutcome): boolean =>
      sha256 === null || held.some((content) => content.sha256.equals(sha256))
    const outcomes = result.outcomes.filter(isHeld)
    const lost = result.outcomes.filter((outcome) => !isHeld(outcome))
    const released = [
      ...result.released,
      ...lost.map(({ url }) => ({ url, afterSeconds: REMOVAL_WAIT_SECONDS })),
    ]
    const urls = images.map(({ url }) => url)
    const locked = tx.rows(lockClaimedStatement(claim, urls))
    const kept = tx.count(keepImagesStatement(claim, outcomes))
    const back = tx.count(
      releaseStatement(
        claim,
        released.map(({ url }) => url),
        released.map(({ afterSeconds }) => afterSeconds),
      ),
    )
    await Promise.all([locked, kept, back])
    return outcomes
  })
}

function uniqueHashes(outcomes: readonly ImageOutcome[]): Buffer[] {
  const hashes = new Map(outcomes.flatMap(({ sha256 }) => (sha256 ? [[sha256.toString('hex'), sha256]] : [])))
  return [...hashes.values()]
}

function summarise(
  images: readonly ClaimedImage[],
  outcomes: readonly ImageOutcome[],
): Pick<WorkStep, 'counts' | 'errors'> {
  const isNew = new Map(images.map(({ url, sha256 }) => [url, sha256 === null]))
  const counts = { seen: outcomes.length, created: 0, updated: 0, unchanged: 0, rejected: 0, pages: 1 }
  const errors: WorkStep['errors'] = []
  for (const { url, sha256, error } of outcomes) {
    if (error) {
      counts.rejected += 1
      if (errors.length < MAX_ERRORS) errors.push({ ...error, record: url })
    } else if (sha256 === null) counts.unchanged += 1
    else if (isNew.get(url)) counts.created += 1
    else counts.updated += 1
  }
  return { counts, errors }
}
