import { attemptEach } from '#platform/attempt-each.ts'
import type { Log } from '#platform/log.ts'
import { fulfilLine, type FulfilDeps } from './fulfil-line.ts'
import { countLineStates } from './orders-store.ts'
import { selectIdleLines } from './orders-view-store.ts'
import { settleLine } from './settle-line.ts'

/** Lines looked at by one run. */
const SWEEP_BATCH = 200

/** How many lines a run looked at, and how they stand now. */
export type SweptLines = { processed: number; succeeded: number; pending: number; failed: number }

/**
 * Moves paid lines whose job was lost: starts those that were not started, and ends those whose purchases or
 * invites are all over. Works from the lines' own state, so it finds whatever a queue forgot; a line with one under way
 * is looked after by it. `olderThanSeconds` leaves fresh lines
 * to their own jobs.
 */
export async function sweepLines(
  deps: FulfilDeps & { log: Log },
  olderThanSeconds: number,
): Promise<SweptLines> {
  const open = await deps.db.transaction('orders.find-open-lines', { role: 'worker' }, (tx) =>
    selectIdleLines(tx, olderThanSeconds, SWEEP_BATCH),
  )
  await attemptEach(
    open,
    { log: deps.log, name: 'orders.sweep-line' },
    async ({ id, delivery_kind: kind }) => {
      await fulfilLine(deps, id)
      if (kind !== 'STOCK') await settleLine(deps, id)
    },
  )
  const states = await deps.db.transaction('orders.count-lines', { role: 'worker' }, (tx) =>
    countLineStates(
      tx,
      open.map((line) => line.id),
    ),
  )
  const succeeded = states.get('DELIVERED') ?? 0
  const pending = states.get('PROCESSING') ?? 0
  return { processed: open.length, succeeded, pending, failed: open.length - succeeded - pending }
}
