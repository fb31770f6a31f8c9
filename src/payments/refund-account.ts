import type { Database, Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { seal, unseal, type KeyRing, type SealPlace } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { RefundAccount } from './refund-account-view.ts'
import {
  deleteOldAccounts,
  findSealedAccount,
  waitsForAccount,
  insertAccountReveal,
  putRefundAccount,
} from './refund-account-store.ts'

/** Longest names of a bank and of a person on an Indonesian transfer form. */
const MAX_BANK = 40
const MAX_HOLDER = 60
/** Account numbers have 10 to 16 digits, phone numbers of e-wallets as many. */
const NUMBER_FORM = /^\d{6,20}$/
/** Digits that tell the holder which account it is, and nobody else enough. */
const SHOWN_DIGITS = 4
/** After the money went out, questions about it come within days. */
const KEEP_DAYS = 30

/** The account as it is stored, or the names of the fields that are wrong. Spaces and hyphens in the number are dropped. */
export function readRefundAccount(
  account: RefundAccount,
): Result<RefundAccount, { fields: (keyof RefundAccount)[] }> {
  const clean = {
    bank: account.bank.trim(),
    number: account.number.replaceAll(/[\s.-]/g, ''),
    holder: account.holder.trim().replaceAll(/\s+/g, ' '),
  }
  const fields: (keyof RefundAccount)[] = []
  if (!isPlainText(clean.bank, MAX_BANK)) fields.push('bank')
  if (!NUMBER_FORM.test(clean.number)) fields.push('number')
  if (!isPlainText(clean.holder, MAX_HOLDER)) fields.push('holder')
  return fields.length === 0 ? ok(clean) : err({ fields })
}

function isPlainText(text: string, longest: number): boolean {
  return text.length >= 2 && text.length <= longest && !/\p{C}/u.test(text)
}

/**
 * Keeps where an order's money is to be sent, sealed, while a person has to send it; a later one replaces it.
 * `not_needed` otherwise. The caller holds the order's lock.
 */
export async function keepRefundAccount(
  tx: Tx,
  keys: KeyRing,
  orderId: string,
  account: RefundAccount,
): Promise<Result<void, { code: 'not_needed' }>> {
  if (!(await waitsForAccount(tx, orderId))) return err({ code: 'not_needed' })
  const sealed = seal(keys, accountSealPlace(orderId), JSON.stringify(account))
  await putRefundAccount(tx, { orderId, ...sealed, shown: shorten(account) })
  return ok(undefined)
}

/**
 * Opens where an order's money is to be sent, for the person who sends it, and records that this person looked; or
 * undefined when the buyer named nothing yet.
 */
export async function revealRefundAccount(
  deps: { db: Database; keys: KeyRing },
  order: { id: string; tokenHash: Buffer },
  actor: string,
): Promise<RefundAccount | undefined> {
  const { id: orderId, tokenHash } = order
  const found = await deps.db.transaction(
    'payments.reveal-account',
    { role: 'vault', tokenHash },
    async (tx) => {
      const account = await findSealedAccount(tx, orderId)
      if (account !== undefined) await insertAccountReveal(tx, { id: newId(), orderId, actor })
      return account
    },
  )
  if (found === undefined) return undefined
  return JSON.parse(unseal(deps.keys, accountSealPlace(orderId), found)) as RefundAccount
}

/** Forgets accounts whose refunds were paid out long ago. */
export async function purgeRefundAccounts(db: Database): Promise<number> {
  return await db.transaction('payments.purge-accounts', { role: 'worker' }, (tx) =>
    deleteOldAccounts(tx, KEEP_DAYS),
  )
}

/** Where the account that a buyer named lives. */
function accountSealPlace(orderId: string): SealPlace {
  return { table: 'refund_accounts', column: 'sealed', id: orderId }
}

function shorten({ bank, number }: RefundAccount): string {
  return `${bank} ··· ${number.slice(-SHOWN_DIGITS)}`
}
