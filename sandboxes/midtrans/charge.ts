import { coreError, type CoreAnswer } from './core-answer.ts'
import { createTransaction } from './create-transaction.ts'
import type { Midtrans } from './midtrans-state.ts'
import { transactionFields } from './notification.ts'
import { findMethod, type PaymentMethod } from './payment-methods.ts'
import { orderIdProblem } from './snap-token.ts'
import { asObject, detailProblems, echoedFields, isObject, isWhole, itemProblems } from './snap-validation.ts'
import type { Transaction } from './transaction.ts'
import { durationMs, formatTime, parseTime } from './wire-format.ts'

type ChargeBody = Record<string, unknown>

/** Creates a transaction by `POST /v2/charge`. @see payments.md 1.4 */
export function charge(
  midtrans: Midtrans,
  body: unknown,
  request: { origin: string; notificationUrls: Transaction['notificationUrls'] },
): CoreAnswer {
  if (!isObject(body)) return coreError(midtrans, '413')
  const problems = chargeProblems(body)
  if (problems.length > 0) return validationError(midtrans, problems)
  const chosen = methodOf(body)
  if (!chosen) return coreError(midtrans, '402')
  const details = body.transaction_details as { order_id: string; gross_amount: number }
  if (orderIdProblem(midtrans, details.order_id)) return coreError(midtrans, '406')
  const wishes = asObject(body[String(body.payment_type)])
  const transaction = createTransaction(midtrans, chosen, {
    orderId: details.order_id,
    grossAmount: details.gross_amount,
    expiryTime: expiryOf(body, midtrans.context.clock.now(), chosen.defaultExpiryMs),
    echoedFields: echoedFields(body),
    callbackUrl: callbackUrlOf(wishes),
    notificationUrls: request.notificationUrls,
    snapToken: undefined,
    wishes,
  })
  return { body: chargeAnswer(transaction, request.origin) }
}

function chargeAnswer(transaction: Transaction, origin: string): ChargeBody {
  const { qrText, paymentType } = transaction
  const labels: Record<string, string> = { qris: 'QRIS', gopay: 'GoPay', bank_transfer: 'Bank Transfer' }
  return {
    status_code: '201',
    status_message: `${labels[paymentType] ?? paymentType} transaction is created`,
    ...transactionFields(transaction),
    expiry_time: formatTime(transaction.expiryTime),
    ...(qrText ? { qr_string: qrText, actions: actionsOf(transaction, origin) } : {}),
  }
}

/** Returns the URLs with which a merchant shows a QR code or opens the payer's app. */
function actionsOf({ transactionId, paymentType }: Transaction, origin: string): ChargeBody[] {
  const get = (name: string, path: string) => ({ name, method: 'GET', url: origin + path })
  if (paymentType === 'qris') {
    return [
      get('generate-qr-code', `/v2/qris/${transactionId}/qr-code`),
      get('generate-qr-code-v2', `/v4/qris/${transactionId}/qr-code`),
    ]
  }
  return [
    get('generate-qr-code', `/v2/${paymentType}/${transactionId}/qr-code`),
    get('generate-qr-code-v2', `/v4/qris/${paymentType}/${transactionId}/qr-code`),
    get('deeplink-redirect', `/simulator/${transactionId}`),
    get('get-status', `/v2/${transactionId}/status`),
    { name: 'cancel', method: 'POST', url: `${origin}/v2/${transactionId}/cancel`, fields: [] },
  ]
}

function methodOf(body: ChargeBody): PaymentMethod | undefined {
  switch (body.payment_type) {
    case 'bank_transfer': {
      const bank = asObject(body.bank_transfer).bank
      return findMethod(`${String(bank)}_va`)
    }
    case 'permata':
      return findMethod('permata_va')
    case 'cstore':
      return findMethod(String(asObject(body.cstore).store))
    case 'qris':
    case 'gopay':
    case 'shopeepay':
    case 'echannel':
      return findMethod(body.payment_type)
    default:
      return undefined
  }
}

function chargeProblems(body: ChargeBody): string[] {
  const problems = [...detailProblems(body.transaction_details), ...itemProblems(body)]
  if (typeof body.payment_type !== 'string') problems.push('payment_type is required')
  if (body.payment_type === 'bank_transfer' && typeof asObject(body.bank_transfer).bank !== 'string') {
    problems.push('bank_transfer.bank is required')
  }
  if (body.payment_type === 'cstore' && typeof asObject(body.cstore).store !== 'string') {
    problems.push('cstore.store is required')
  }
  if (body.payment_type === 'echannel') problems.push(...billInfoProblems(asObject(body.echannel)))
  const { acquirer } = asObject(body.qris)
  if (acquirer !== undefined && acquirer !== 'gopay' && acquirer !== 'airpay shopee') {
    problems.push('qris.acquirer must be one of gopay, airpay shopee')
  }
  return problems
}

function billInfoProblems(echannel: ChargeBody): string[] {
  const limits: [string, number][] = [
    ['bill_info1', 10],
    ['bill_info2', 30],
  ]
  return limits.flatMap(([field, limit]) => {
    const value = echannel[field]
    if (typeof value !== 'string') return [`echannel.${field} is required`]
    return value.length > limit ? [`echannel.${field} must be at most ${limit} characters`] : []
  })
}

function expiryOf(body: ChargeBody, now: Date, defaultMs: number): Date {
  const { order_time: orderTime, expiry_duration: duration, unit } = asObject(body.custom_expiry)
  const start = (typeof orderTime === 'string' && parseTime(orderTime)) || now
  if (!isWhole(duration)) return new Date(now.getTime() + defaultMs)
  const length = durationMs(duration, typeof unit === 'string' ? unit : 'minute') ?? defaultMs
  return new Date(start.getTime() + length)
}

function callbackUrlOf({ enable_callback: isEnabled, callback_url: url }: ChargeBody): string | undefined {
  return isEnabled === true && typeof url === 'string' ? url : undefined
}

function validationError(midtrans: Midtrans, problems: string[]): CoreAnswer {
  const { body } = coreError(midtrans, '400', 'One or more parameters in the payload is invalid.')
  return {
    body: { ...body, validation_messages: problems },
    httpStatus: midtrans.settings.chargeValidationHttpStatus,
  }
}
