import { z } from 'zod'
import { createFailingShare, type FailingShare } from '../failing-share.ts'
import type { SandboxContext } from '../sandbox.ts'
import { createWebhookSender, type WebhookSender } from '../webhook-sender.ts'
import { createGameCatalogue, type GameProduct } from './catalogue.ts'
import { createPrepaidCatalogue, type PrepaidProduct } from './prepaid-catalogue.ts'
import { createSocialCatalogue, type SocialProduct } from './social-catalogue.ts'

/** What `/_sandbox/config` may set. Everything unverified about the real service is a switch here. */
export const settingsSchema = z
  .object({
    webhookUrl: z.string(),
    /** Retries of a webhook that got no 2xx; the real policy is unknown. */
    webhookRetries: z.int().min(0),
    /** Divides the waits between webhook retries. */
    speed: z.number().positive(),
    /** From accepted to finished, in milliseconds; halfway the order is `processing`. */
    completeAfterMs: z.int().min(0),
    /** Shortest time between two orders on one endpoint; 0 = no throttle. */
    throttleMs: z.int().min(0),
    balance: z.int().min(0),
    level: z.enum(['Basic', 'Premium', 'Special']),
    /** `services` succeeds with no rows. */
    emptyCatalogue: z.boolean(),
    /** Other words for the order states, e.g. `{"processing": "process"}`. */
    statusWords: z.record(z.string(), z.string()),
    /** Source addresses let in; empty = all. */
    allowedIps: z.array(z.string()),
    maintenance: z.boolean(),
    orderMaintenance: z.boolean(),
    /** Refuse when the balance equals the price, as the related panel does. */
    strictBalance: z.boolean(),
    /** JSON request bodies are read too. */
    acceptJson: z.boolean(),
    /** Mobile Legends nicknames bring `country`. */
    nicknameCountry: z.boolean(),
    /** Status rows of refunded orders show price 0. */
    zeroPriceAfterRefund: z.boolean(),
    /** Webhooks for `processing`, not only for the end. */
    interimWebhooks: z.boolean(),
    /** Whose webhooks carry `data` as a one-element array. */
    arrayWebhooks: z.enum(['none', 'prepaid', 'all']),
    wrongSignature: z.boolean(),
    /** The order finishes and its webhook is delivered before the order call is answered. */
    webhookBeforeResponse: z.boolean(),
    /** Order answers lack `trxid`; a number = only the next n. */
    omitTrxid: z.union([z.boolean(), z.int().min(0)]),
  })
  .partial()

export type Settings = Required<{
  [K in keyof z.infer<typeof settingsSchema>]: NonNullable<z.infer<typeof settingsSchema>[K]>
}>

export type Endpoint = 'game' | 'prepaid' | 'social'

/** State and note of an order that is over. */
export type OrderEnd = { status: string; note: string }

/** An accepted order. */
export type VipOrder = {
  trxid: string
  endpoint: Endpoint
  code: string
  /** Display name, as answers show it. */
  service: string
  target: string
  zone: string
  status: string
  note: string
  /** Whole rupiah charged. */
  price: number
  isRefunded: boolean
  /** How the order will end by itself. */
  plannedEnd: OrderEnd
  createdAt: Date
  /** Answer fields of this endpoint or order kind alone, e.g. `additional_data`, `quantity`. */
  extra: Record<string, unknown>
}

/** A scripted end for orders that match. */
export type Outcome = {
  target?: string | undefined
  code?: string | undefined
  status: string
  note: string
  times?: number | undefined
}

/** Everything one VIP-Reseller sandbox knows. `settings.balance` is the running balance. */
export type Vip = {
  context: SandboxContext
  apiId: string
  apiKey: string
  settings: Settings
  games: GameProduct[]
  prepaid: PrepaidProduct[]
  social: SocialProduct[]
  /** Oldest first, all endpoints. */
  orders: VipOrder[]
  outcomes: Outcome[]
  /** Which orders fail by chance. */
  failing: FailingShare
  lastOrderAt: Map<Endpoint, number>
  sender: WebhookSender
}

const DEMO_API_ID = 'DEMOID01'
const DEMO_API_KEY = 'demoKey_0123456789abcdefABCDEF'
/** Enough for days of demo orders. */
const START_BALANCE = 50_000_000
const WEBHOOK_RETRY_MS = 60_000

/** Returns a sandbox with a full catalogue and no orders. */
export function createVip(context: SandboxContext): Vip {
  const settings = defaultSettings(context)
  return {
    context,
    apiId: context.env.VIP_RESELLER_API_ID || DEMO_API_ID,
    apiKey: context.env.VIP_RESELLER_API_KEY || DEMO_API_KEY,
    settings,
    games: createGameCatalogue(),
    prepaid: createPrepaidCatalogue(),
    social: createSocialCatalogue(),
    orders: [],
    outcomes: [],
    failing: createFailingShare(),
    lastOrderAt: new Map(),
    sender: createWebhookSender(context.clock, {
      timeoutMs: 15_000,
      maxRedirects: 0,
      retriesAfter: () => settings.webhookRetries,
      delayMs: (attempt) => attempt * WEBHOOK_RETRY_MS,
    }),
  }
}

/** Empties the sandbox in place and restores catalogue, balance and settings. */
export function resetVip(vip: Vip): void {
  Object.assign(vip.settings, defaultSettings(vip.context))
  vip.games = createGameCatalogue()
  vip.prepaid = createPrepaidCatalogue()
  vip.orders = []
  vip.outcomes = []
  vip.failing.clear()
  vip.lastOrderAt.clear()
  vip.sender.reset()
}

function defaultSettings({ appUrl }: SandboxContext): Settings {
  return {
    webhookUrl: `${appUrl}/api/webhooks/vip-reseller`,
    webhookRetries: 3,
    speed: 1,
    completeAfterMs: 1_500,
    throttleMs: 0,
    balance: START_BALANCE,
    level: 'Basic',
    emptyCatalogue: false,
    statusWords: {},
    allowedIps: [],
    maintenance: false,
    orderMaintenance: false,
    strictBalance: false,
    acceptJson: false,
    nicknameCountry: true,
    zeroPriceAfterRefund: false,
    interimWebhooks: true,
    arrayWebhooks: 'prepaid',
    wrongSignature: false,
    webhookBeforeResponse: false,
    omitTrxid: false,
  }
}
