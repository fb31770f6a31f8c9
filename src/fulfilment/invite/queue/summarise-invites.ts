import type { Tx } from '#platform/database.ts'
import { OPEN_STATES } from '../invite-states.ts'
import { selectSlots } from './invite-view-store.ts'

/** Units of a line by what became of them, each counted once. A unit that was delivered stays so. */
export type InviteSummary = {
  open: number
  succeeded: number
  failed: number
  /** Wait for a person; they may still end either way. */
  manual: number
  total: number
  /** Why units failed, in words for the buyer: a refused address first, as the buyer can mend it. */
  failure?: string
  /** The same as a code. */
  failureCode?: string
}

const FAILURES: Readonly<Record<string, string>> = {
  target: 'Alamat e-mail ini tidak dapat diundang. Dana dikembalikan.',
  money_taken_back: 'Pembayaran ditarik kembali sebelum undangan dikirim.',
  waited_too_long: 'Tempat untuk keanggotaan ini tidak tersedia tepat waktu. Dana dikembalikan.',
}
const OTHER_FAILURE = 'Undangan tidak dapat dikirim. Dana dikembalikan.'

/** How the invites of a line stand: a line is over when neither `open` nor `manual` ones are left. */
export async function summariseInvites(tx: Tx, lineId: string): Promise<InviteSummary> {
  const slots = await selectSlots(tx, lineId)
  const waiting = slots.filter((slot) => !slot.delivered)
  const open = waiting.filter(({ state }) => OPEN_STATES.includes(state)).length
  const manual = waiting.filter(({ state }) => state === 'MANUAL').length
  const over = waiting.filter(({ state }) => !OPEN_STATES.includes(state) && state !== 'MANUAL')
  const first = over.find((slot) => slot.failure_code === 'target') ?? over[0]
  return {
    open,
    succeeded: slots.length - waiting.length,
    failed: over.length,
    manual,
    total: slots.length,
    ...(first === undefined
      ? {}
      : {
          failure: FAILURES[first.failure_code ?? ''] ?? OTHER_FAILURE,
          ...(first.failure_code === null ? {} : { failureCode: first.failure_code }),
        }),
  }
}
