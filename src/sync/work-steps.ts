import type { WorkStream } from './connection.ts'
import type { HeldPass, TurnEnd } from './held-pass.ts'
import { addErrors } from './pass-store.ts'
import { finishPass } from './runs/finish-pass.ts'
import type { SyncDeps } from './sync-deps.ts'

/** Errors that a run keeps and shows; the counts tell of the rest. */
const MAX_ERRORS = 50

/** Works one turn on a stream that is no list of records: step after step until one says that nothing is left. */
export async function workSteps(deps: SyncDeps, pass: HeldPass, stream: WorkStream): Promise<TurnEnd> {
  const { runId, connection, isDry, signal } = pass
  for (;;) {
    if (pass.isTurnOver()) return { kind: 'more' }
    const step = await stream.step({ runId, isDry, signal })
    // Apart from the counts: ending a pass locks the connection before its runs.
    if (step.errors.length > 0)
      await deps.db.transaction('sync.note-errors', { role: 'worker' }, async (tx) => {
        await pass.hold(tx)
        await addErrors(tx, runId, step.errors, MAX_ERRORS)
      })
    await deps.db.transaction('sync.count-step', { role: 'worker' }, async (tx) => {
      await pass.hold(tx)
      await pass.count(tx, step.counts)
      if (step.done)
        await finishPass(tx, deps, { runId, connection, stream: stream.name, state: 'succeeded' })
    })
    if (step.done) return { kind: 'finished' }
  }
}
