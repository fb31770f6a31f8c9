import type { Midtrans } from './midtrans-state.ts'
import { moveTransaction } from './move-transaction.ts'
import { sendNotification } from './notification.ts'
import { qrTextOf, type MethodInput, type PaymentMethod } from './payment-methods.ts'
import { methodExpiry, type SnapToken } from './snap-token.ts'
import type { Transaction } from './transaction.ts'

/** Creates a pending transaction, announces it, and lets it expire at its time. */
export function createTransaction(
  midtrans: Midtrans,
  chosen: PaymentMethod,
  details: Pick<
    Transaction,
    | 'orderId'
    | 'grossAmount'
    | 'expiryTime'
    | 'echoedFields'
    | 'callbackUrl'
    | 'notificationUrls'
    | 'snapToken'
  > & { wishes: Record<string, unknown> },
): Transaction {
  const { random, clock } = midtrans.context
  const { wishes, ...rest } = details
  const input: MethodInput = { random, transactionId: random.uuid(), grossAmount: rest.grossAmount, wishes }
  const transaction: Transaction = {
    ...rest,
    transactionId: input.transactionId,
    paymentType: chosen.paymentType,
    methodCode: chosen.code,
    status: 'pending',
    fraudStatus: chosen.fraudStatus,
    transactionTime: clock.now(),
    settlementTime: undefined,
    methodFields: chosen.createFields(input),
    settledFields: {},
    wishes,
    qrText: qrTextOf(chosen, input),
    refunds: [],
  }
  midtrans.transactions.push(transaction)
  sendNotification(midtrans, transaction)
  watchExpiry(midtrans, transaction)
  return transaction
}

/** Creates the transaction of a method chosen on a Snap page. A method chosen before is dropped silently. */
export function chooseMethod(midtrans: Midtrans, token: SnapToken, chosen: PaymentMethod): Transaction {
  const { clock } = midtrans.context
  leaveMethod(midtrans, token)
  const { gopay, echoed } = token.request
  const transaction = createTransaction(midtrans, chosen, {
    orderId: token.orderId,
    grossAmount: token.grossAmount,
    expiryTime: methodExpiry(token, clock.now(), chosen.defaultExpiryMs),
    echoedFields: echoed,
    callbackUrl: gopay.enable_callback ? gopay.callback_url : undefined,
    notificationUrls: token.notificationUrls,
    snapToken: token.token,
    wishes: {},
  })
  token.transactionId = transaction.transactionId
  return transaction
}

/** Takes the page back to its list of methods. */
export function leaveMethod(midtrans: Midtrans, token: SnapToken): void {
  const previous = midtrans.transactions.find(({ transactionId }) => transactionId === token.transactionId)
  if (previous?.status === 'pending') previous.status = 'cancel'
  token.transactionId = undefined
}

/** Lets the transaction expire at its time if it is still pending then. */
export function watchExpiry(midtrans: Midtrans, transaction: Transaction): void {
  const { clock } = midtrans.context
  clock.after(transaction.expiryTime.getTime() - clock.now().getTime(), () => {
    if (transaction.status === 'pending') moveTransaction(midtrans, transaction, 'expire')
  })
}
