import type { Digiflazz, Transaction, Verdict } from './digiflazz-state.ts'
import { sendWebhook } from './webhook.ts'

/** Puts the transaction into a state, gives the money back on `Gagal`, and sends the webhook. */
export function finish(df: Digiflazz, transaction: Transaction, end: Verdict): void {
  Object.assign(transaction, end)
  refundFailed(df, transaction)
  sendWebhook(df, transaction, 'update')
}

/** Gives a failed transaction's money back, once. */
export function refundFailed(df: Digiflazz, transaction: Transaction): void {
  if (transaction.status !== 'Gagal' || transaction.isRefunded) return
  transaction.isRefunded = true
  df.settings.balance += transaction.price
}

/** Lets an open transaction end by itself after `completeAfterMs`. One that was ended otherwise meanwhile stays. */
export function scheduleEnd(df: Digiflazz, transaction: Transaction): void {
  if (transaction.planned.status === 'Pending') return
  df.context.clock.after(df.settings.completeAfterMs, () => {
    if (transaction.status !== 'Pending' || df.transactions.get(transaction.refId) !== transaction) return
    finish(df, transaction, transaction.planned)
  })
}
