import type { PullStream } from '../connection.ts'
import type { HeldPass, TurnEnd } from '../held-pass.ts'
import type { SyncDeps, SyncTiming } from '../sync-deps.ts'
import type { ApplyJob } from './apply-records.ts'
import { closeGeneration } from './close-generation.ts'
import type { Caller } from './fetch-page.ts'
import { fingerprinter } from './fingerprint.ts'
import { discardGoneLetters } from './gone-letters-store.ts'
import { selectNextSlice, type Generation, type Slice } from './generations-store.ts'
import { ensureGeneration } from './plan-generation.ts'
import { hasOpenLetters } from './letters-store.ts'
import { checkPlan, planPull } from './plan-pull.ts'
import { pullPage } from './pull-page.ts'
import { replayLetters, retryOrphans } from './retry-letters.ts'

/**
 * Works one turn on the pass of an inbound stream: continues at the checkpoint of its generation, or plans one, and
 * closes it when its slices are done.
 */
export async function workPull(
  deps: SyncDeps,
  timing: SyncTiming,
  pass: HeldPass,
  stream: PullStream,
): Promise<TurnEnd> {
  const caller: Caller = { deps, timing, pass, stream }
  const job = jobOf(pass, stream)
  if (pass.isDry) return await planPull(caller, job)
  if (pass.isBound && pass.generationId === null) {
    const moved = await checkPlan(caller, job)
    if (moved !== undefined) return moved
  }
  if (pass.mode === 'replay') return await replayLetters(deps, pass, job)
  for (;;) {
    const generation = await ensureGeneration(deps, pass, stream)
    if ('kind' in generation) return generation
    if (generation.state === 'open') {
      const ended = await pullSlices(caller, job, generation)
      if (ended !== undefined) return ended
      if (generation.mode === 'full') await discardGone(deps, pass, generation)
      if (await retryOrphans(deps, pass, job)) return { kind: 'more' }
    }
    const closed = await closeGeneration(deps, pass, job, generation)
    if (closed !== 'next') return closed
  }
}

function jobOf(pass: HeldPass, stream: PullStream): ApplyJob {
  const { runId, connection, isDry } = pass
  return { runId, connection, stream, isDry, fingerprint: fingerprinter(stream) }
}

/** Lets nothing of what waits bring back a record that the source does not have any more. */
async function discardGone(deps: SyncDeps, pass: HeldPass, generation: Generation): Promise<void> {
  await deps.db.transaction('sync.discard-gone', { role: 'worker' }, async (tx) => {
    await pass.hold(tx)
    if (await hasOpenLetters(tx, pass))
      await discardGoneLetters(tx, pass, { runId: pass.runId, generationId: generation.id })
  })
}

/** Page after page until the generation's slices are done; undefined then. */
async function pullSlices(
  caller: Caller,
  job: ApplyJob,
  generation: Generation,
): Promise<TurnEnd | undefined> {
  const { deps, pass } = caller
  const lookUp = (): Promise<Slice | undefined> =>
    deps.db.transaction('sync.next-slice', { role: 'worker' }, (tx) => selectNextSlice(tx, generation.id))
  for (let slice = await lookUp(); slice !== undefined;) {
    if (pass.isTurnOver()) return { kind: 'more' }
    const pulled = await pullPage(caller, job, generation, slice)
    if (pulled.kind !== 'moved') return pulled
    slice = pulled.slice ?? (await lookUp())
  }
  return undefined
}
