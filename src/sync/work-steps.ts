import type { WorkStream } from './connection.ts'
import type { HeldPass, TurnEnd } from './held-pass.ts'
import { finishPass } from './runs/finish-pass.ts'
import type { SyncDeps } from './sync-deps.ts'

/** Errors of steps that are worth a line in the log each; the counts tell of the rest. */
const MAX_LOGGED = 20

/** Works one turn on a stream that is no list of records: step after step until one says that nothing is left. */
export async function workSteps(deps: SyncDeps, pass: HeldPass, stream: WorkStream): Promise<TurnEnd> {
  const { runId, connection, isDry, signal } = pass
  for (;;) {
    if (pass.isTurnOver()) return { kind: 'more' }
    const step = await stream.step({ runId, isDry, signal })
    for (const error of step.errors.slice(0, MAX_LOGGED))
      deps.log.warn({ connection, stream: stream.name, runId, ...error }, 'a record of a step failed')
    await deps.db.transaction('sync.count-step', { role: 'worker' }, async (tx) => {
      await pass.hold(tx)
      await pass.count(tx, step.counts)
      if (step.done)
        await finishPass(tx, deps, { runId, connection, stream: stream.name, state: 'succeeded' })
    })
    if (step.done) return { kind: 'finished' }
  }
}
