import { statusCodeOf, transactionFields } from './notification.ts'
import type { Midtrans } from './midtrans-state.ts'
import type { SnapToken } from './snap-token.ts'
import type { Transaction } from './transaction.ts'

/** Returns where the payer goes afterwards, with the three parameters Midtrans appends. @see payments.md 1.3 */
export function finishUrl(
  midtrans: Midtrans,
  transaction: Transaction,
  token: SnapToken | undefined,
): string {
  const isBad = ['deny', 'expire', 'cancel', 'failure'].includes(transaction.status)
  const callbacks = token?.request.callbacks
  const target = (isBad && callbacks?.error) || callbacks?.finish || midtrans.settings.finishUrl
  if (transaction.callbackUrl) {
    return withQuery(transaction.callbackUrl, {
      order_id: transaction.orderId,
      result: transaction.status === 'settlement' ? 'success' : 'failure',
    })
  }
  const statusCode = statusCodeOf(midtrans, transaction)
  return withQuery(target, {
    order_id: transaction.orderId,
    // An expired order is told with 202 here; 407 is the status call's own code.
    status_code: statusCode === '407' ? '202' : statusCode,
    transaction_status: transaction.status,
  })
}

/** Returns where "back to the shop" leads: only the order id is appended. */
export function backUrl(midtrans: Midtrans, orderId: string, token: SnapToken | undefined): string {
  return withQuery(token?.request.callbacks.finish || midtrans.settings.finishUrl, { order_id: orderId })
}

/** Returns the `result` object that snap.js hands to the shop's callbacks. */
export function snapResult(
  midtrans: Midtrans,
  transaction: Transaction,
  token: SnapToken | undefined,
): unknown {
  const bank = transaction.methodFields.va_numbers as { bank: string; va_number: string }[] | undefined
  return {
    status_code: statusCodeOf(midtrans, transaction),
    status_message: 'Success, transaction is found',
    ...transactionFields(transaction),
    ...(bank?.[0]?.bank === 'bca' ? { bca_va_number: bank[0].va_number } : {}),
    finish_redirect_url: finishUrl(midtrans, transaction, token),
  }
}

function withQuery(target: string, parameters: Record<string, string>): string {
  const [path = '', hash] = target.split('#')
  const query = new URLSearchParams(parameters).toString()
  return `${path}${path.includes('?') ? '&' : '?'}${query}${hash === undefined ? '' : `#${hash}`}`
}
