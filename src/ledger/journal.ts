import { MAX_RUPIAH } from '#shared/money.ts'

/** One movement: `amount` leaves the debit account and arrives at the credit account. Whole rupiah, above zero. */
export type Transfer = { debit: string; credit: string; amount: number }

/**
 * Transfers that are posted together or not at all. `businessKey` names the event in the world ("payment:…:received"):
 * it posts once, for ever. `reverses` points at the journal this one takes back, at most once.
 */
export type Journal = {
  id: string
  businessKey: string
  kind: string
  reverses?: string
  transfers: readonly Transfer[]
}

/** Transfers of one journal; more is a sign that a loop went wrong. */
const MAX_TRANSFERS = 200

/** Why a journal cannot be posted as written, or undefined. These are programming errors, not outcomes. */
export function findJournalFault(journal: Journal): string | undefined {
  if (journal.transfers.length === 0) return 'a journal needs a transfer'
  if (journal.transfers.length > MAX_TRANSFERS) return `more than ${MAX_TRANSFERS} transfers`
  for (const { debit, credit, amount } of journal.transfers) {
    if (debit === credit) return `debit and credit are both ${debit}`
    if (!Number.isSafeInteger(amount) || amount < 1 || amount > MAX_RUPIAH)
      return `not an amount to book: ${amount}`
  }
  return undefined
}

/** The journal that takes `original` back: the same transfers with the sides changed. */
export function reversalOf(original: Journal, id: string): Journal {
  return {
    id,
    businessKey: `${original.businessKey}:reversed`,
    kind: `${original.kind}.reversed`,
    reverses: original.id,
    transfers: original.transfers.map(({ debit, credit, amount }) => ({
      debit: credit,
      credit: debit,
      amount,
    })),
  }
}
