import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import type { Queue } from '#platform/queue.ts'
import { findByToken } from './cancel-order.ts'
import { failLine } from './finish-line.ts'
import { lineFailure, type LineFailureCode } from './line-failures.ts'
import { nothingCanArrive, summariseUnits } from './line-units.ts'
import type { LineRow, OrderRow } from './order.ts'
import { lockOrder, selectLines } from './orders-store.ts'

/** A buyer who errs a fourth time needs help, not another form; each try costs a call to the supplier. */
export const MAX_CORRECTIONS = 3
/** Long enough for somebody who sees the message in the evening; the money is held that long. */
export const CORRECTION_MINUTES = 24 * 60

/** What letting a buyer correct a line needs. */
export type CorrectionDeps = { db: Database; queue: Queue; clock: Clock }

/** A line with its order locked. */
export type LockedLine = { order: OrderRow; line: LineRow }

/**
 * Runs `work` on the line at a place of the order behind a token, with the order locked; undefined for an unknown token
 * or place. `name` is the transaction's.
 */
export async function withLineOfToken<T>(
  deps: CorrectionDeps,
  name: string,
  { token, position }: { token: string; position: number },
  work: (tx: Tx, found: LockedLine) => Promise<T>,
): Promise<T | undefined> {
  const known = await findByToken(deps, token)
  if (known === undefined) return undefined
  return await deps.db.transaction(name, { role: 'worker' }, async (tx) => {
    const [order, lines] = await Promise.all([lockOrder(tx, known.id), selectLines(tx, known.id)])
    const line = lines.find((candidate) => candidate.position === position)
    return line === undefined ? undefined : await work(tx, { order, line })
  })
}

/**
 * Gives the money of a line that waits for its buyer back; false when something of it may still arrive. The caller holds
 * the order's lock and has seen the line's state under it.
 */
export async function giveUpCorrection(
  tx: Tx,
  deps: CorrectionDeps,
  { order, line }: LockedLine,
  ending: { code: LineFailureCode; actor: string },
): Promise<boolean> {
  const units = await summariseUnits(tx, line)
  if (!nothingCanArrive(units) || units.succeeded > 0) return false
  const finish = { queue: deps.queue, now: deps.clock.now(), actor: ending.actor }
  await failLine(tx, order, line, { delivered: 0, ...lineFailure(ending.code) }, finish)
  return true
}
