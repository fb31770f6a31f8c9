import type { Tx } from '#platform/database.ts'
import { OPEN_STATES } from './purchase-states.ts'
import { selectSlots } from './purchase-view-store.ts'

/** Units of a line by what became of them, each counted once, by its newest attempt. */
export type PurchaseSummary = {
  open: number
  succeeded: number
  failed: number
  /** Wait for a person; they may still end either way. */
  manual: number
  total: number
  /** Why units failed, in words for the buyer: a refused target first, as the buyer can mend it. */
  failure?: string
  /** The same as a code. */
  failureCode?: string
}

const FAILURES: Readonly<Record<string, string>> = {
  target: 'Data akun atau nomor tujuan tidak diterima pemasok. Dana dikembalikan.',
  unavailable: 'Produk ini sedang kosong di pemasok. Dana dikembalikan.',
  money_taken_back: 'Pembayaran ditarik kembali sebelum barang dibeli.',
  waited_too_long: 'Pemasok tidak dapat melayani pesanan ini tepat waktu. Dana dikembalikan.',
}
const OTHER_FAILURE = 'Pemasok tidak dapat menyelesaikan pesanan ini. Dana dikembalikan.'

/** How the purchases of a line stand: a line is over when neither `open` nor `manual` ones are left. */
export async function summarisePurchases(tx: Tx, lineId: string): Promise<PurchaseSummary> {
  const slots = await selectSlots(tx, lineId)
  const open = slots.filter(({ state }) => OPEN_STATES.includes(state)).length
  const succeeded = slots.filter(({ state }) => state === 'SUCCEEDED').length
  const manual = slots.filter(({ state }) => state === 'MANUAL').length
  const failed = slots.filter(
    ({ state }) => state === 'FAILED' || state === 'REFUSED' || state === 'NOT_PLACED',
  )
  const first = failed.find((slot) => slot.failure_code === 'target') ?? failed[0]
  return {
    open,
    succeeded,
    failed: failed.length,
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
