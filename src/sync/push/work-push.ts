import { attemptLanes } from './attempt-lanes.ts'
import type { PushStream } from '../connection.ts'
import type { HeldPass, TurnEnd } from '../held-pass.ts'
import { fingerprinter } from '../pull/fingerprint.ts'
import { finishPass } from '../runs/finish-pass.ts'
import type { SyncDeps } from '../sync-deps.ts'
import { SYNC_TIMING } from '../sync-timing.ts'
import { planPushes } from './plan-pushes.ts'
import { createPushCalls } from './push-calls.ts'
import { selectDuePushes, selectRemainder } from './push-store.ts'
import { WORKER, type PushWork } from './push-work.ts'
import { sendPush } from './send-push.ts'

/** Records looked up at once. */
const BATCH = 50

/** Calls at once, when the system answers: hides its latency, while its rate limit stays in force. */
const LANES = 4

/** Records that failed are waited for this long within the pass; later ones are for the next run, so that it can begin. */
const WAIT_IN_PASS_MS = 10_000

/**
 * One turn on a push stream: sends what is wanted and not yet accepted, a bounded time. The pass succeeds when nothing
 * is left, and fails with `push_incomplete` while records wait for another try; the next run sends only those.
 */
export async function workPush(deps: SyncDeps, pass: HeldPass, stream: PushStream): Promise<TurnEnd> {
  const work = beginWork(deps, pass, stream)
  if (pass.isDry || pass.isBound) {
    const end = await planPushes(work)
    if (end !== undefined) return end
  }
  for (;;) {
    if (pass.isTurnOver()) return { kind: 'more' }
    const due = await deps.db.transaction('sync.list-pushes', WORKER, (tx) =>
      selectDuePushes(tx, work.scope, BATCH),
    )
    const end = due.length === 0 ? await endPass(work) : await sendBatch(work, due)
    if (end !== undefined) return end
  }
}

function beginWork(deps: SyncDeps, pass: HeldPass, stream: PushStream): PushWork {
  const timing = { ...SYNC_TIMING, ...deps.timing }
  return {
    deps,
    timing,
    pass,
    stream,
    scope: {
      connection: pass.connection,
      stream: stream.name,
      parentEntity: stream.parent ?? null,
      replayOf: pass.mode === 'replay' ? pass.runId : null,
      wishedBefore: pass.isBound ? pass.runStartedAt : null,
    },
    calls: createPushCalls(deps.db, pass, stream, timing),
    hashOf: fingerprinter(stream),
  }
}

/** Sends a batch: one by one until the system has answered, then several at once. */
async function sendBatch(work: PushWork, localIds: readonly string[]): Promise<TurnEnd | undefined> {
  const queue = [...localIds]
  async function step(): Promise<TurnEnd | 'next' | 'done'> {
    const localId = queue.shift()
    if (localId === undefined) return 'done'
    if (work.pass.isTurnOver()) return { kind: 'more' }
    const verdict = await sendPush(work, localId)
    return verdict.kind === 'stop' ? verdict.end : 'next'
  }
  const end = await attemptLanes(1, async () => (work.calls.isProven() ? 'done' : await step()))
  return end ?? (await attemptLanes(LANES, step))
}

/** Ends the pass when nothing is due; undefined when something became due meanwhile. */
async function endPass(work: PushWork): Promise<TurnEnd | undefined> {
  const { deps, pass, stream } = work
  return await deps.db.transaction('sync.end-push', WORKER, async (tx): Promise<TurnEnd | undefined> => {
    await pass.hold(tx)
    const { waiting, ms } = await selectRemainder(tx, work.scope)
    if (ms === 0) return undefined
    const detail = `${waiting} records wait for another try`
    if (ms !== null && ms <= WAIT_IN_PASS_MS)
      return { kind: 'later', afterMs: Math.ceil(ms), code: 'push_waits', detail, countsAsTry: false }
    await finishPass(tx, deps, {
      runId: pass.runId,
      connection: pass.connection,
      stream: stream.name,
      ...(waiting === 0
        ? { state: 'succeeded' }
        : { state: 'failed', error: { code: 'push_incomplete', detail } }),
    })
    return { kind: 'finished' }
  })
}
