import { MERCHANT_ID, type Midtrans } from './midtrans-state.ts'
import { signatureKey } from './signature.ts'
import type { Transaction, TransactionStatus } from './transaction.ts'
import { formatAmount, formatTime } from './wire-format.ts'

const NOTIFICATION_CODES: Record<TransactionStatus, string> = {
  pending: '201',
  authorize: '200',
  capture: '200',
  settlement: '200',
  deny: '202',
  cancel: '202',
  expire: '202',
  failure: '202',
  partial_refund: '200',
  refund: '200',
  partial_chargeback: '200',
  chargeback: '200',
}

/** Returns the body code of a status answer. @see payments.md 1.5 */
export function statusCodeOf(midtrans: Midtrans, { status }: Transaction): string {
  if (status === 'expire') return '407'
  if (status === 'cancel') return midtrans.settings.cancelStatusCode
  return NOTIFICATION_CODES[status]
}

/** Returns the fields that notifications and status answers share, without codes and signature. */
export function transactionFields(transaction: Transaction): Record<string, unknown> {
  const refunded = transaction.refunds.reduce((sum, refund) => sum + Number(refund.refund_amount), 0)
  return withoutUndefined({
    transaction_time: formatTime(transaction.transactionTime),
    transaction_status: transaction.status,
    transaction_id: transaction.transactionId,
    payment_type: transaction.paymentType,
    order_id: transaction.orderId,
    merchant_id: MERCHANT_ID,
    gross_amount: formatAmount(transaction.grossAmount),
    currency: 'IDR',
    fraud_status: transaction.fraudStatus,
    settlement_time: transaction.settlementTime && formatTime(transaction.settlementTime),
    expiry_time: formatTime(transaction.expiryTime),
    ...transaction.methodFields,
    ...transaction.settledFields,
    ...transaction.echoedFields,
    ...(transaction.refunds.length > 0
      ? {
          refund_amount: formatAmount(refunded),
          refunds: transaction.refunds.map((refund) => ({ ...refund })),
        }
      : {}),
  })
}

/** Returns the body of `GET /v2/{id}/status`. */
export function statusBody(midtrans: Midtrans, transaction: Transaction): Record<string, unknown> {
  const statusCode = statusCodeOf(midtrans, transaction)
  const fields = transactionFields(transaction)
  if (midtrans.settings.uppercasePending && transaction.status === 'pending')
    fields.transaction_status = 'PENDING'
  return {
    status_code: statusCode,
    status_message: 'Success, transaction is found',
    ...fields,
    signature_key: sign(midtrans, transaction.orderId, statusCode, transaction),
  }
}

/** Sends the notification for the present state to every URL that wants it. @see payments.md 1.1, 1.6 */
export function sendNotification(midtrans: Midtrans, transaction: Transaction): void {
  const { override, append } = transaction.notificationUrls
  const urls = override.length > 0 ? override : [midtrans.settings.notificationUrl, ...append]
  const body = JSON.stringify(notificationBody(midtrans, transaction))
  for (const url of new Set(urls.filter((candidate) => candidate !== ''))) {
    midtrans.sender.send({
      key: `${transaction.orderId} ${url}`,
      url,
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json',
        'User-Agent': 'Veritrans',
      },
      body,
    })
  }
}

function notificationBody(midtrans: Midtrans, transaction: Transaction): Record<string, unknown> {
  const statusCode = NOTIFICATION_CODES[transaction.status]
  const orderId = transaction.orderId + midtrans.settings.notificationOrderIdSuffix
  return {
    ...transactionFields(transaction),
    order_id: orderId,
    status_message: 'midtrans payment notification',
    status_code: statusCode,
    signature_key: sign(midtrans, orderId, statusCode, transaction),
  }
}

function sign(midtrans: Midtrans, orderId: string, statusCode: string, transaction: Transaction): string {
  const grossAmount = formatAmount(transaction.grossAmount)
  return signatureKey({ orderId, statusCode, grossAmount, serverKey: midtrans.serverKey })
}

function withoutUndefined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
