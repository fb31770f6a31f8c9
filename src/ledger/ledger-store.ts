import type { Tx } from '#platform/database.ts'
import type { Journal } from './journal.ts'

/**
 * Calls the posting function, the only way to move money. Locks the named accounts in id order until the
 * transaction ends. Raises LP001, LP002, LP003 and 23514 (constraint accounts_floor).
 */
export async function insertJournal(tx: Tx, journal: Journal): Promise<'posted' | 'repeated'> {
  const row = await tx.one<{ outcome: 'posted' | 'repeated' }>({
    name: 'ledger_post_journal',
    text: 'select post_journal($1, $2, $3, $4, $5::jsonb) as outcome',
    values: [
      journal.id,
      journal.businessKey,
      journal.kind,
      journal.reverses ?? null,
      JSON.stringify(journal.transfers.map(({ debit, credit, amount }) => ({ debit, credit, amount }))),
    ],
  })
  return row.outcome
}

/** Opens an account unless its code exists. */
export async function insertAccount(
  tx: Tx,
  account: { code: string; asset: 'IDR' | 'POINT'; ownerId: string | null; floor: number | null },
): Promise<void> {
  await tx.rows({
    name: 'ledger_open_account',
    text: 'select open_account($1, $2, $3, $4)',
    values: [account.code, account.asset, account.ownerId, account.floor],
  })
}

/** The balance of an account, or undefined when there is none of that code. Uses accounts_code. */
export async function selectBalance(tx: Tx, code: string): Promise<number | undefined> {
  const row = await tx.maybe<{ balance: number }>({
    name: 'ledger_balance',
    text: 'select balance from accounts where code = $1',
    values: [code],
  })
  return row?.balance
}

/** A posted journal with its transfers by account code, or undefined. Uses journals_business_key. */
export async function selectJournal(tx: Tx, businessKey: string): Promise<Journal | undefined> {
  const rows = await tx.rows<{ id: string; kind: string; debit: string; credit: string; amount: number }>({
    name: 'ledger_journal',
    text: `select j.id, j.kind, d.code as debit, c.code as credit, t.amount
      from journals j
      join transfers t on t.journal_id = j.id
      join accounts d on d.id = t.debit_account_id
      join accounts c on c.id = t.credit_account_id
      where j.business_key = $1
      order by t.position`,
    values: [businessKey],
  })
  const [first] = rows
  if (first === undefined) return undefined
  const transfers = rows.map(({ debit, credit, amount }) => ({ debit, credit, amount }))
  return { id: first.id, businessKey, kind: first.kind, transfers }
}
