import { z } from 'zod'
import type { SandboxContext } from '../sandbox.ts'
import { createWebhookSender, type WebhookSender } from '../webhook-sender.ts'
import { notificationRetries } from './notification-retries.ts'
import type { SnapToken } from './snap-token.ts'
import type { Transaction } from './transaction.ts'

/** What `/_sandbox/config` may set; the unverified behaviours of the real service are switches here. */
export const settingsSchema = z.object({
  notificationUrl: z.string().optional(),
  /** The dashboard's finish URL, used when a Snap request brings no `callbacks.finish`. */
  finishUrl: z.string().optional(),
  /** Divides retry waits and the delay of the second refund notification. */
  speed: z.number().positive().optional(),
  chargeValidationHttpStatus: z.union([z.literal(200), z.literal(400)]).optional(),
  cancelStatusCode: z.enum(['200', '202']).optional(),
  /** Whether a second Snap token for an order id nobody used yet is accepted. */
  secondToken: z.enum(['allow', 'refuse']).optional(),
  /** The bank refuses direct refunds: body code 202, status stays `settlement`. */
  directRefundRefused: z.boolean().optional(),
  /** Status answers write `PENDING`, as a published DANA sample does. */
  uppercasePending: z.boolean().optional(),
  /** Appended to `order_id` in notifications only, as reported for DANA. */
  notificationOrderIdSuffix: z.string().optional(),
})

export type Settings = Required<{
  [K in keyof z.infer<typeof settingsSchema>]: NonNullable<z.infer<typeof settingsSchema>[K]>
}>

/** Everything one Midtrans sandbox knows. */
export type Midtrans = {
  context: SandboxContext
  serverKey: string
  clientKey: string
  settings: Settings
  /** Oldest first. */
  transactions: Transaction[]
  tokens: Map<string, SnapToken>
  idempotent: Map<string, IdempotentAnswer>
  sender: WebhookSender
}

/** An answer kept for an `Idempotency-Key`; without `body` the first call still runs. */
export type IdempotentAnswer = { storedAt: Date; body?: Record<string, unknown> }

export const MERCHANT_ID = 'G000000000'
const DEMO_SERVER_KEY = 'SB-Mid-server-lapak-demo'
const DEMO_CLIENT_KEY = 'SB-Mid-client-lapak-demo'

/** Returns an empty sandbox. Throws when the server key does not look like a test key. */
export function createMidtrans(context: SandboxContext): Midtrans {
  const serverKey = context.env.MIDTRANS_SERVER_KEY || DEMO_SERVER_KEY
  const clientKey = context.env.MIDTRANS_CLIENT_KEY || DEMO_CLIENT_KEY
  if (!/^SB-Mid-server-\S+$/.test(serverKey)) {
    throw new Error('MIDTRANS_SERVER_KEY: the sandbox takes only test keys, e.g. SB-Mid-server-lapak-demo')
  }
  return {
    context,
    serverKey,
    clientKey,
    settings: defaultSettings(context),
    transactions: [],
    tokens: new Map(),
    idempotent: new Map(),
    sender: createWebhookSender(context.clock, notificationRetries(context.random)),
  }
}

/** Returns the settings a sandbox starts with. */
export function defaultSettings({ appUrl }: SandboxContext): Settings {
  return {
    notificationUrl: `${appUrl}/api/webhooks/midtrans`,
    finishUrl: appUrl,
    speed: 1,
    chargeValidationHttpStatus: 400,
    cancelStatusCode: '200',
    secondToken: 'allow',
    directRefundRefused: false,
    uppercasePending: false,
    notificationOrderIdSuffix: '',
  }
}

/** Returns the newest transaction of the order id, else the transaction with that transaction id. */
export function findTransaction(midtrans: Midtrans, id: string): Transaction | undefined {
  return (
    midtrans.transactions.findLast((transaction) => transaction.orderId === id) ??
    midtrans.transactions.find((transaction) => transaction.transactionId === id)
  )
}

/** Returns all transactions of an order id, oldest first. */
export function listTransactions(midtrans: Midtrans, orderId: string): Transaction[] {
  return midtrans.transactions.filter((transaction) => transaction.orderId === orderId)
}
