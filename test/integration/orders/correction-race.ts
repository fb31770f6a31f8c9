import { correctInput } from '../../../src/orders/correct-input.ts'
import { declineCorrection } from '../../../src/orders/decline-correction.ts'
import { endCorrection } from '../../../src/orders/end-correction.ts'
import { queryAs } from '../../support/test-database.ts'
import { unguarded, type Meeting } from '../../support/unguarded.ts'
import type { CorrectionStage, PaidLine } from './correction-stage.ts'

/** The order's lock, and that a line moves from the state that was read under it. */
const WITHOUT_LOCK = [
  { find: 'for no key update', replace: '' },
  { find: 'where id = $1 and state = $2', replace: 'where id = $1 and $2::text is not null' },
]

/** What a twin goes without, and after which statement of its own it waits for the other. */
export type Twin = { after: string; meeting: Meeting }

function handle(stage: CorrectionStage, twin: Twin | undefined) {
  const { shop } = stage.shop
  return twin === undefined ? shop : { ...shop, db: unguarded(shop.db, WITHOUT_LOCK, twin).db }
}

/** The three who may decide about a line, each with its guards or as a twin without. */
export function decidersOf(stage: () => CorrectionStage) {
  return {
    correct: (line: PaidLine, target: string, twin?: Twin) =>
      correctInput(handle(stage(), twin), line.order.trackingToken, 1, { user_id: target, zone_id: '2685' }),
    decline: (line: PaidLine, twin?: Twin) =>
      declineCorrection(handle(stage(), twin), line.order.trackingToken, 1),
    end: (line: PaidLine, twin?: Twin) => endCorrection(handle(stage(), twin), line.lineId),
  }
}

/** What may not be true of a line at once: goods under way and money on its way back, or two units for one. */
export async function harmOf(stage: CorrectionStage, line: PaidLine): Promise<string | undefined> {
  const [purchases, refunds] = await Promise.all([stage.purchases(line), stage.refunds(line)])
  const live = purchases.filter(({ state }) => !['REFUSED', 'NOT_PLACED', 'FAILED'].includes(state))
  if (live.length > 1) return 'bought twice'
  return live.length > 0 && refunds.length > 0 ? 'bought and paid back' : undefined
}

/** Lets the time to correct a line be over, or end so far from now. */
export async function endTime(stage: CorrectionStage, line: PaidLine, after = '-1 second'): Promise<void> {
  await queryAs(
    stage.shop.database.url,
    `update order_lines set correct_until = clock_timestamp() + $2::interval where id = $1 and state = 'NEEDS_INPUT'`,
    [line.lineId, after],
  )
}
