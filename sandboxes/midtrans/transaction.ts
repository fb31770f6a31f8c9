/** States of a transaction that the sandbox can be in. @see payments.md 1.6 */
export type TransactionStatus =
  | 'pending'
  | 'authorize'
  | 'capture'
  | 'settlement'
  | 'deny'
  | 'cancel'
  | 'expire'
  | 'failure'
  | 'partial_refund'
  | 'refund'
  | 'partial_chargeback'
  | 'chargeback'

export type Refund = {
  refund_chargeback_id: number
  refund_amount: string
  created_at: string
  reason: string
  refund_key: string
  refund_method: 'online' | 'offline'
  bank_confirmed_at?: string
}

export type Transaction = {
  transactionId: string
  orderId: string
  /** Whole rupiah. */
  grossAmount: number
  paymentType: string
  /** Snap code of the method, e.g. `bca_va`. */
  methodCode: string
  status: TransactionStatus
  fraudStatus: string | undefined
  transactionTime: Date
  expiryTime: Date
  settlementTime: Date | undefined
  /** Fields of the method, exactly as answers and notifications show them. */
  methodFields: Record<string, unknown>
  /** The method's own object of the charge request. */
  wishes: Record<string, unknown>
  /** QRIS text behind the QR image; undefined for account numbers. */
  qrText: string | undefined
  /** Fields that appear once money arrived. */
  settledFields: Record<string, unknown>
  /** `custom_field1..3` and `metadata` as sent at creation. */
  echoedFields: Record<string, unknown>
  /** Where GoPay returns to, when asked for. */
  callbackUrl: string | undefined
  notificationUrls: { override: string[]; append: string[] }
  refunds: Refund[]
  /** The page that made it; undefined for a Core API charge. */
  snapToken: string | undefined
}

/** From which state a transaction may go where. `deny` may still succeed because Snap lets people retry. */
export const TRANSITIONS: Record<TransactionStatus, readonly TransactionStatus[]> = {
  pending: ['settlement', 'capture', 'authorize', 'deny', 'cancel', 'expire', 'failure'],
  authorize: ['capture', 'cancel'],
  capture: ['settlement', 'cancel', 'deny'],
  settlement: ['refund', 'partial_refund', 'chargeback', 'partial_chargeback'],
  deny: ['settlement', 'expire', 'cancel'],
  cancel: [],
  expire: [],
  failure: [],
  partial_refund: ['refund', 'partial_refund'],
  refund: [],
  partial_chargeback: ['chargeback'],
  chargeback: [],
}

/** Returns whether the move is possible; Mandiri Bill may also be reversed after settlement. */
export function canMove(transaction: Transaction, to: TransactionStatus): boolean {
  const isReversal =
    transaction.paymentType === 'echannel' && transaction.status === 'settlement' && to === 'deny'
  return isReversal || TRANSITIONS[transaction.status].includes(to)
}

/** Returns whether a new transaction may use this one's order id. @see payments.md 1.8 */
export function freesOrderId(transaction: Transaction): boolean {
  return transaction.status === 'expire' || transaction.status === 'cancel'
}

/** Returns whether money came in, whatever happened to it later. */
export function wasPaid(transaction: Transaction): boolean {
  return !['pending', 'authorize', 'deny', 'cancel', 'expire', 'failure'].includes(transaction.status)
}
