import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import type { LineRow } from './order.ts'

/** Whether the time to correct a line is over: it waits for its buyer no longer than that, by the database's clock. */
export async function isCorrectionOver(tx: Tx, lineId: string): Promise<boolean> {
  const row = await tx.maybe<{ over: boolean }>({
    name: 'orders_correction_over',
    text: `select correct_until <= now() as over from order_lines where id = $1 and state = 'NEEDS_INPUT'`,
    values: [lineId],
  })
  return row?.over ?? false
}

/** Writes what the buyer corrected, and counts it. The caller holds the order's lock. */
export async function setLineInput(
  tx: Tx,
  lineId: string,
  entered: Pick<LineRow, 'input'> & { shown: LineRow['input_shown'] },
): Promise<void> {
  await tx.count({
    name: 'orders_set_input',
    text: 'update order_lines set input = $2, input_shown = $3, corrections = corrections + 1 where id = $1',
    values: [lineId, JSON.stringify(entered.input), JSON.stringify(entered.shown)],
  })
}

/** Keeps what stood there before a correction and what after, as it is shown. */
export async function insertCorrection(
  tx: Tx,
  correction: {
    lineId: string
    number: number
    oldShown: LineRow['input_shown']
    newShown: LineRow['input_shown']
  },
): Promise<void> {
  await tx.count({
    name: 'orders_insert_correction',
    text: 'insert into line_corrections (id, line_id, number, old_shown, new_shown) values ($1, $2, $3, $4, $5)',
    values: [
      newId(),
      correction.lineId,
      correction.number,
      JSON.stringify(correction.oldShown),
      JSON.stringify(correction.newShown),
    ],
  })
}
