import { z } from 'zod'
import type { SandboxContext } from '../sandbox.ts'
import { createWebhookSender, type WebhookSender } from '../webhook-sender.ts'
import type { Bill } from './bill.ts'
import { webhookRetries } from './webhook-retries.ts'

/** What `/_sandbox/config` may set; what is not known of the real service is a switch here. */
export const settingsSchema = z.object({
  notificationUrl: z.string().optional(),
  /** `merchant`: taken from what arrives. `buyer`: added to what is asked. */
  feeMode: z.enum(['merchant', 'buyer']).optional(),
  /** A paid bill becomes `Completed` by itself after this time; null = only on request. */
  completeAfterMs: z.int().min(0).nullable().optional(),
  /** HTTP code of answers with the numeric status 0. */
  errorHttpStatus: z.union([z.literal(200), z.literal(400)]).optional(),
  /** Whether `/v1/check-order` exists; it is not in the official documentation. */
  checkOrder: z.boolean().optional(),
  /** Channels that answer with an error. */
  closedChannels: z.array(z.string()).optional(),
  /** Sent as `X-Forwarded-For`, so that a check of the sender's address can be tried. */
  senderAddress: z.string().optional(),
  /** Signs with another secret. */
  wrongSignature: z.boolean().optional(),
  /** Divides the waits between webhook attempts. */
  speed: z.number().positive().optional(),
})

type Wished = z.infer<typeof settingsSchema>
export type Settings = Required<{ [K in keyof Wished]: Exclude<Wished[K], undefined> }>

/** Everything one Tokopay sandbox knows. */
export type Tokopay = {
  context: SandboxContext
  merchantId: string
  secret: string
  settings: Settings
  /** By `ref_id`, oldest first. */
  bills: Map<string, Bill>
  sender: WebhookSender
}

const DEMO_MERCHANT_ID = 'M240000DEMO001'
const DEMO_SECRET = 'demo-tokopay-secret-0123456789abcdef'

/** Returns an empty sandbox. */
export function createTokopay(context: SandboxContext): Tokopay {
  return {
    context,
    merchantId: context.env.TOKOPAY_MERCHANT_ID || DEMO_MERCHANT_ID,
    secret: context.env.TOKOPAY_SECRET || DEMO_SECRET,
    settings: defaultSettings(context),
    bills: new Map(),
    sender: createWebhookSender(context.clock, webhookRetries),
  }
}

/** Returns the settings a sandbox starts with. */
export function defaultSettings({ appUrl }: SandboxContext): Settings {
  return {
    notificationUrl: `${appUrl}/api/webhooks/tokopay`,
    feeMode: 'merchant',
    completeAfterMs: null,
    errorHttpStatus: 200,
    checkOrder: true,
    closedChannels: [],
    senderAddress: '178.128.104.179',
    wrongSignature: false,
    speed: 1,
  }
}

/** Returns the bill with this id of Tokopay's. */
export function findByTrxId(tokopay: Tokopay, trxId: string): Bill | undefined {
  return [...tokopay.bills.values()].find((bill) => bill.trxId === trxId)
}
