import type { Midtrans } from './midtrans-state.ts'
import { sendNotification } from './notification.ts'
import { findMethod } from './payment-methods.ts'
import type { Transaction, TransactionStatus } from './transaction.ts'

/** Puts the transaction into a state and sends its notification. The caller has checked that it may. */
export function moveTransaction(midtrans: Midtrans, transaction: Transaction, to: TransactionStatus): void {
  const now = midtrans.context.clock.now()
  transaction.status = to
  if (to === 'settlement') {
    transaction.settlementTime = now
    const { random } = midtrans.context
    transaction.settledFields =
      findMethod(transaction.methodCode)?.settledFields({ ...transaction, random }, now) ?? {}
  }
  sendNotification(midtrans, transaction)
}
