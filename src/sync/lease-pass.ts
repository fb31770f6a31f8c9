import { elapsedMs } from '#platform/clock.ts'
import type { Database } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { PassLost, type HeldPass } from './held-pass.ts'
import { addCounts, findOpenPass, leasePass, renewLease, type LeasedPass } from './pass-store.ts'
import type { SyncTiming } from './sync-deps.ts'

type Lease = { kind: 'held'; pass: HeldPass } | { kind: 'idle' | 'busy' | 'later' }

/**
 * Takes the lease of the stream's open pass for one turn. `idle`: there is nothing to do; `busy`: another process is at
 * it; `later`: it waits for the source.
 */
export async function holdPass(
  db: Database,
  connection: string,
  stream: string,
  timing: SyncTiming,
  signal: AbortSignal,
): Promise<Lease> {
  const owner = newId()
  const lease = { owner, seconds: timing.leaseSeconds }
  return await db.transaction('sync.lease', { role: 'worker' }, async (tx): Promise<Lease> => {
    const leased = await leasePass(tx, connection, stream, lease)
    if (leased !== undefined)
      return { kind: 'held', pass: toHeldPass(leased, connection, stream, timing, signal) }
    const open = await findOpenPass(tx, connection, stream)
    if (open === undefined) return { kind: 'idle' }
    return { kind: open.isPostponed ? 'later' : 'busy' }
  })
}

function toHeldPass(
  leased: LeasedPass,
  connection: string,
  stream: string,
  timing: SyncTiming,
  signal: AbortSignal,
): HeldPass {
  const { kind, ...rest } = leased
  const key = { runId: leased.runId, stream, epoch: leased.epoch }
  const endsAt = elapsedMs() + timing.turnSeconds * 1000
  const pass: HeldPass = {
    ...rest,
    connection,
    stream,
    isDry: kind === 'dry',
    signal,
    isTurnOver: () => elapsedMs() >= endsAt || signal.aborted,
    async hold(tx) {
      const renewed = await renewLease(tx, key, timing.leaseSeconds)
      if (renewed === undefined) throw new PassLost()
      return renewed.now
    },
    async count(tx, counts) {
      pass.tries = 0
      await addCounts(tx, key, counts)
    },
  }
  return pass
}
