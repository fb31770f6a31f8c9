import { giveUpCorrection, type CorrectionDeps } from './correction.ts'
import { isCorrectionOver } from './corrections-store.ts'
import { lockLine } from './fulfil-line.ts'

/**
 * Gives the money of a line back whose buyer did not correct it in time; true then. A correction that came first has
 * moved the line on, which is seen under the order's lock. The database's clock decides. Repeating it is harmless.
 */
export async function endCorrection(deps: CorrectionDeps, lineId: string): Promise<boolean> {
  return await deps.db.transaction('orders.end-correction', { role: 'worker' }, async (tx) => {
    const found = await lockLine(tx, lineId)
    if (found === undefined || !(await isCorrectionOver(tx, lineId))) return false
    return await giveUpCorrection(tx, deps, found, { code: 'correction_overdue', actor: 'shop' })
  })
}
