import { err, ok, type Result } from '#shared/result.ts'
import { failLine } from './finish-line.ts'
import { lockLine, type FulfilDeps } from './fulfil-line.ts'
import { lineFailure } from './line-failures.ts'
import { nothingCanArrive, summariseUnits } from './line-units.ts'

/** States in which a paid line still waits for something. */
const WAITING: ReadonlySet<string> = new Set(['PROCESSING', 'NEEDS_INPUT'])

/**
 * Ends a stuck line by decision of a person: what arrived is kept, the money for the rest goes back. `line_open` while a
 * unit may still arrive or a person has to find out about one; `not_waiting` when the line is over, so that a repetition
 * changes nothing. Locks the order.
 */
export async function giveUpLine(
  deps: FulfilDeps,
  lineId: string,
  by: string,
): Promise<Result<void, { code: 'not_waiting' | 'line_open' }>> {
  return await deps.db.transaction('orders.give-up-line', { role: 'worker' }, async (tx) => {
    const found = await lockLine(tx, lineId)
    if (found === undefined || !WAITING.has(found.line.state)) return err({ code: 'not_waiting' })
    const { order, line } = found
    const units = await summariseUnits(tx, line)
    if (!nothingCanArrive(units)) return err({ code: 'line_open' })
    const failure = { ...lineFailure('decided'), delivered: units.succeeded }
    await failLine(tx, order, line, failure, { queue: deps.queue, now: deps.clock.now(), actor: by })
    return ok(undefined)
  })
}
