import { Hono } from 'hono'
import { z } from 'zod'
import { controlError, readControl } from '../control.ts'
import { webhookControlSchema } from '../webhook-sender.ts'
import { chooseMethod, createTransaction } from './create-transaction.ts'
import { findTransaction, settingsSchema, type Midtrans } from './midtrans-state.ts'
import { moveTransaction } from './move-transaction.ts'
import { sendNotification } from './notification.ts'
import { findMethod, offeredMethods, type PaymentMethod } from './payment-methods.ts'
import { canMove, wasPaid, type Transaction, type TransactionStatus } from './transaction.ts'

const paySchema = z.object({
  order_id: z.string(),
  payment_type: z.string().optional(),
  /** Reports this amount instead of the asked one: a wrong payment. */
  gross_amount: z.int().min(1).optional(),
  /** Pays once more in a transaction of its own: a double payment. */
  second_transaction: z.boolean().optional(),
  /** The other spelling of the same wish. */
  as: z.literal('second transaction').optional(),
})

const transitionSchema = z.object({
  order_id: z.string(),
  transaction_status: z.string(),
  payment_type: z.string().optional(),
  fraud_status: z.string().optional(),
  /** Moves even where the state table forbids it. */
  force: z.boolean().optional(),
})

const STATUSES: readonly TransactionStatus[] = [
  'pending',
  'authorize',
  'capture',
  'settlement',
  'deny',
  'cancel',
  'expire',
  'failure',
  'partial_refund',
  'refund',
  'partial_chargeback',
  'chargeback',
]

/** Returns the control routes of the Midtrans sandbox. */
export function createMidtransControl(midtrans: Midtrans): Hono {
  const app = new Hono()
  app.post('/_sandbox/pay', async (c) => {
    const { order_id: orderId, ...wish } = await readControl(c, paySchema)
    const isSecond = wish.second_transaction === true || wish.as !== undefined
    const transaction = isSecond
      ? openSecondTransaction(midtrans, orderId, wish.payment_type)
      : openTransaction(midtrans, orderId, wish.payment_type)
    if (!canMove(transaction, 'settlement')) {
      throw controlError(409, `transaction of ${orderId} is ${transaction.status}`)
    }
    if (wish.gross_amount !== undefined) transaction.grossAmount = wish.gross_amount
    moveTransaction(midtrans, transaction, 'settlement')
    return c.json({ transaction_id: transaction.transactionId, transaction_status: transaction.status })
  })
  app.post('/_sandbox/transition', async (c) => {
    const wish = await readControl(c, transitionSchema)
    const to = STATUSES.find((status) => status === wish.transaction_status)
    if (!to) throw controlError(400, `unknown transaction_status, use one of ${STATUSES.join(', ')}`)
    const transaction = openTransaction(midtrans, wish.order_id, wish.payment_type)
    if (wish.fraud_status !== undefined) transaction.fraudStatus = wish.fraud_status
    if (to !== transaction.status && !wish.force && !canMove(transaction, to)) {
      throw controlError(409, `${transaction.status} cannot become ${to}; add "force": true to do it anyway`)
    }
    if (to !== transaction.status || wish.force) moveTransaction(midtrans, transaction, to)
    return c.json({ transaction_id: transaction.transactionId, transaction_status: transaction.status })
  })
  mountWebhookControl(app, midtrans)
  return app
}

function mountWebhookControl(app: Hono, midtrans: Midtrans): void {
  app.post('/_sandbox/webhooks', async (c) =>
    c.json(midtrans.sender.control(await readControl(c, webhookControlSchema))),
  )
  app.get('/_sandbox/webhooks', (c) => c.json({ webhooks: midtrans.sender.log() }))
  app.post('/_sandbox/config', async (c) => {
    const wish = await readControl(c, settingsSchema)
    Object.assign(midtrans.settings, JSON.parse(JSON.stringify(wish)))
    midtrans.sender.setSpeed(midtrans.settings.speed)
    return c.json(midtrans.settings)
  })
  app.post('/_sandbox/resend', async (c) => {
    const { order_id: orderId } = await readControl(c, z.object({ order_id: z.string() }))
    const transaction = findTransaction(midtrans, orderId)
    if (!transaction) throw controlError(404, `no transaction for ${orderId}`)
    sendNotification(midtrans, transaction)
    return c.json({ transaction_id: transaction.transactionId, transaction_status: transaction.status })
  })
}

/** Returns the order's newest transaction, made from its Snap page when nobody chose a method yet. */
function openTransaction(midtrans: Midtrans, orderId: string, paymentType: string | undefined): Transaction {
  const existing = findTransaction(midtrans, orderId)
  const token = [...midtrans.tokens.values()].findLast((candidate) => candidate.orderId === orderId)
  const isStale = existing !== undefined && (existing.status === 'expire' || existing.status === 'cancel')
  const hasFreshToken = token !== undefined && token.transactionId === undefined
  if (existing && !(isStale && hasFreshToken)) return existing
  if (!token) throw controlError(404, `no Snap token or transaction for ${orderId}`)
  return chooseMethod(midtrans, token, methodFor(paymentType, token.request.enabled_payments))
}

function openSecondTransaction(
  midtrans: Midtrans,
  orderId: string,
  paymentType: string | undefined,
): Transaction {
  const first = findTransaction(midtrans, orderId)
  if (!first || !wasPaid(first)) throw controlError(409, `${orderId} has no paid transaction to double`)
  const chosen = methodFor(paymentType ?? first.methodCode, [])
  const { clock } = midtrans.context
  return createTransaction(midtrans, chosen, {
    orderId,
    grossAmount: first.grossAmount,
    expiryTime: new Date(clock.now().getTime() + chosen.defaultExpiryMs),
    echoedFields: first.echoedFields,
    callbackUrl: undefined,
    notificationUrls: first.notificationUrls,
    snapToken: first.snapToken,
    wishes: {},
  })
}

function methodFor(paymentType: string | undefined, enabledPayments: string[]): PaymentMethod {
  const chosen = paymentType === undefined ? offeredMethods(enabledPayments)[0] : findMethod(paymentType)
  if (!chosen) throw controlError(400, `unknown payment_type ${paymentType ?? ''}`)
  return chosen
}
