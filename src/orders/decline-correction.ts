import { err, ok, type Result } from '#shared/result.ts'
import { giveUpCorrection, withLineOfToken, type CorrectionDeps } from './correction.ts'
import type { CorrectionRefusal } from './order-view.ts'

/**
 * Gives the money of a line back whose buyer does not want to correct what was entered. Repeating it changes nothing.
 * Locks the order.
 */
export async function declineCorrection(
  deps: CorrectionDeps,
  token: string,
  position: number,
): Promise<Result<void, CorrectionRefusal>> {
  const place = { token, position }
  const code = 'correction_declined'
  const declined = await withLineOfToken(deps, 'orders.decline-correction', place, async (tx, found) => {
    const { state, failure_code: failure } = found.line
    if ((state === 'FAILED' || state === 'REFUNDED') && failure === code) return ok(undefined)
    if (state !== 'NEEDS_INPUT') return err({ code: 'not_correctable' })
    const isOver = await giveUpCorrection(tx, deps, found, { code, actor: 'buyer' })
    return isOver ? ok(undefined) : err({ code: 'not_correctable' })
  })
  return declined ?? err({ code: 'not_found' })
}
