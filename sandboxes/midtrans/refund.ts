import { coreError, type CoreAnswer } from './core-answer.ts'
import type { Midtrans } from './midtrans-state.ts'
import { moveTransaction } from './move-transaction.ts'
import { sendNotification, transactionFields } from './notification.ts'
import { findMethod } from './payment-methods.ts'
import { asObject, isWhole } from './snap-validation.ts'
import type { Refund, Transaction } from './transaction.ts'
import { formatAmount, formatTime } from './wire-format.ts'

const DAY_MS = 86_400_000
/** Days after settlement in which a refund is possible, by payment type; others 45. */
const REFUND_WINDOW_DAYS: Record<string, number> = { gopay: 180, shopeepay: 365 }
const DEFAULT_REFUND_WINDOW_DAYS = 45
/** A `refund_key` counts as a retry of the same refund for this long. */
const REFUND_RETRY_MS = 7 * DAY_MS
/** Sandbox time between the two refund notifications, before the speed factor. */
const BANK_CONFIRMATION_MS = 1_000
/** Methods that give back everything or nothing. */
const FULL_REFUND_ONLY = new Set(['shopeepay'])

/**
 * Refunds a settled transaction, once per `refund_key`: the same key with the same amount answers as before,
 * with another amount 406. Two notifications follow, the second with `bank_confirmed_at`.
 * @see payments.md 1.5
 */
export function refund(
  midtrans: Midtrans,
  transaction: Transaction,
  body: unknown,
  refundMethod: Refund['refund_method'],
): CoreAnswer {
  const { clock, random } = midtrans.context
  const { refund_key: keyWish, amount: amountWish, reason: reasonWish } = asObject(body)
  const reason = typeof reasonWish === 'string' ? reasonWish : ''
  if (!isRefundable(transaction, clock.now())) return coreError(midtrans, '412')
  const remaining = transaction.grossAmount - refundedAmount(transaction)
  const amount = amountWish ?? remaining
  const refundKey = typeof keyWish === 'string' && keyWish !== '' ? keyWish : random.uuid()
  if (!/^[A-Za-z0-9\-_]+$/.test(refundKey)) return coreError(midtrans, '400', 'refund_key is invalid')
  if (reason.length > 255) return coreError(midtrans, '400', 'reason is too long')
  const earlier = transaction.refunds.find((candidate) => candidate.refund_key === refundKey)
  if (earlier) return repeatRefund(midtrans, transaction, earlier, amountWish)
  if (transaction.status === 'refund') return coreError(midtrans, '412')
  if (!isWhole(amount) || amount < 1 || amount > remaining) return coreError(midtrans, '414')
  if (FULL_REFUND_ONLY.has(transaction.paymentType) && amount !== remaining) return coreError(midtrans, '414')
  if (refundMethod === 'online' && midtrans.settings.directRefundRefused) return refusedByBank(transaction)
  const made: Refund = {
    refund_chargeback_id: random.below(1_000_000_000),
    refund_amount: formatAmount(amount),
    created_at: formatTime(clock.now()),
    reason,
    refund_key: refundKey,
    refund_method: refundMethod,
  }
  transaction.refunds.push(made)
  moveTransaction(midtrans, transaction, amount === remaining ? 'refund' : 'partial_refund')
  clock.after(BANK_CONFIRMATION_MS / midtrans.settings.speed, () =>
    confirmRefund(midtrans, transaction, made),
  )
  return refundAnswer(transaction, made)
}

function confirmRefund(midtrans: Midtrans, transaction: Transaction, made: Refund): void {
  made.bank_confirmed_at = formatTime(midtrans.context.clock.now())
  sendNotification(midtrans, transaction)
}

function isRefundable(transaction: Transaction, now: Date): boolean {
  const { status, settlementTime, paymentType, methodCode } = transaction
  if (!['settlement', 'partial_refund', 'refund'].includes(status)) return false
  if (!settlementTime || !findMethod(methodCode)?.isRefundable) return false
  const days = REFUND_WINDOW_DAYS[paymentType] ?? DEFAULT_REFUND_WINDOW_DAYS
  return now.getTime() - settlementTime.getTime() <= days * DAY_MS
}

function repeatRefund(
  midtrans: Midtrans,
  transaction: Transaction,
  earlier: Refund,
  amount: unknown,
): CoreAnswer {
  const isSameAmount = amount === undefined || formatAmount(Number(amount)) === earlier.refund_amount
  const madeAt = new Date(`${earlier.created_at.replace(' ', 'T')}+07:00`)
  const isRecent = midtrans.context.clock.now().getTime() - madeAt.getTime() <= REFUND_RETRY_MS
  return isSameAmount && isRecent ? refundAnswer(transaction, earlier) : coreError(midtrans, '406')
}

function refusedByBank(transaction: Transaction): CoreAnswer {
  return {
    body: {
      status_code: '202',
      status_message: 'Refund is rejected by the bank',
      ...transactionFields(transaction),
    },
  }
}

function refundAnswer(transaction: Transaction, made: Refund): CoreAnswer {
  return {
    body: {
      ...transactionFields(transaction),
      status_code: '200',
      status_message: 'Success, refund request is approved',
      refund_chargeback_id: made.refund_chargeback_id,
      refund_amount: made.refund_amount,
      refund_key: made.refund_key,
    },
  }
}

/** Returns what was given back so far, in whole rupiah. */
function refundedAmount(transaction: Transaction): number {
  return transaction.refunds.reduce((sum, made) => sum + Number(made.refund_amount), 0)
}
