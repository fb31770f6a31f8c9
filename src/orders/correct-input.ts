import type { Tx } from '#platform/database.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { MAX_CORRECTIONS, withLineOfToken, type CorrectionDeps, type LockedLine } from './correction.ts'
import { insertCorrection, isCorrectionOver, setLineInput } from './corrections-store.ts'
import { failLine } from './finish-line.ts'
import { fieldError } from './field-errors.ts'
import { lineFailure } from './line-failures.ts'
import { checkLineInput, type LineInput } from './line-input.ts'
import { reopenUnits, withdrawUnits } from './line-units.ts'
import type { LineRow } from './order.ts'
import type { CorrectionRefusal } from './order-view.ts'
import { moveLine, touchOrder } from './orders-store.ts'
import { selectInputFields } from './orders-view-store.ts'

/** Where the input stands in the request. */
const POINTER = '/input'

/**
 * Corrects what the buyer entered on a line and tries again: on one whose target was refused, and on one that was paid
 * while no supplier or provider was asked for it yet. The same input again is no second correction. Locks the order,
 * then the line's purchases or invites.
 */
export async function correctInput(
  deps: CorrectionDeps,
  token: string,
  position: number,
  input: Record<string, string>,
): Promise<Result<void, CorrectionRefusal>> {
  const place = { token, position }
  const work = async (tx: Tx, found: LockedLine): Promise<Result<void, CorrectionRefusal>> => {
    const { line } = found
    const checked = checkLineInput(await selectInputFields(tx, line.product_id), input, POINTER)
    if (checked.errors.length > 0) return err({ code: 'invalid_request', errors: checked.errors })
    const isSame = isSameInput(line.input, checked.input)
    if (isSame && line.state === 'PROCESSING' && line.corrections > 0) return ok(undefined)
    if (!(await mayCorrect(tx, line))) return err({ code: 'not_correctable' })
    if (isSame) return err({ code: 'invalid_request', errors: [fieldError(POINTER, 'input_unchanged')] })
    return await tryAgain(tx, deps, found, checked)
  }
  const corrected = await withLineOfToken(deps, 'orders.correct-input', place, work)
  return corrected ?? err({ code: 'not_found' })
}

/**
 * Intents are taken back in the transaction that corrects them: when one of them is claimed for sending at that moment,
 * the correction fails as a whole, and the other way round the claim finds nothing to send.
 */
async function mayCorrect(tx: Tx, line: LineRow): Promise<boolean> {
  if (line.corrections >= MAX_CORRECTIONS) return false
  if (line.state === 'NEEDS_INPUT') return !(await isCorrectionOver(tx, line.id))
  return line.state === 'PROCESSING' && (await withdrawUnits(tx, line, 'the buyer corrected the target'))
}

async function tryAgain(
  tx: Tx,
  deps: CorrectionDeps,
  { order, line }: LockedLine,
  { input, shown }: LineInput,
): Promise<Result<void, CorrectionRefusal>> {
  const now = deps.clock.now()
  const number = line.corrections + 1
  await Promise.all([
    setLineInput(tx, line.id, { input, shown }),
    insertCorrection(tx, { lineId: line.id, number, oldShown: line.input_shown, newShown: shown }),
  ])
  const move = { to: 'PROCESSING', actor: 'buyer', reason: 'input_corrected', at: now } as const
  if (line.state === 'PROCESSING') await touchOrder(tx, order.id)
  else await moveLine(tx, line, move)
  const waiting: LineRow = { ...line, input, input_shown: shown, corrections: number, state: 'PROCESSING' }
  const opened = await reopenUnits(tx, deps, order, waiting)
  if (opened.ok) return ok(undefined)
  const failure = { delivered: 0, ...lineFailure(opened.error.code) }
  await failLine(tx, order, waiting, failure, { queue: deps.queue, now, actor: 'fulfilment' })
  return ok(undefined)
}

function isSameInput(old: Record<string, string>, next: Record<string, string>): boolean {
  const names = Object.keys(next)
  return names.length === Object.keys(old).length && names.every((name) => old[name] === next[name])
}
