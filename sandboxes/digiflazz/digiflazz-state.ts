import { z } from 'zod'
import { createFailingShare, type FailingShare } from '../failing-share.ts'
import type { SandboxContext } from '../sandbox.ts'
import { createWebhookSender, type WebhookSender } from '../webhook-sender.ts'
import { createPostpaid, createProducts, type PostpaidProduct, type Product } from './products.ts'

/** What `/_sandbox/config` may set. Everything unverified about the real service is a switch here. */
export const settingsSchema = z
  .object({
    webhookUrl: z.string(),
    /** Empty: webhooks are not signed. */
    webhookSecret: z.string(),
    /** Retries of a webhook that got no 2xx; the real policy is unknown. */
    webhookRetries: z.int().min(0),
    speed: z.number().positive(),
    /** An `X-Digiflazz-Delivery` header, as older integrations read. */
    deliveryHeader: z.boolean(),
    /** Slashes in webhook bodies are escaped. */
    escapeSlashes: z.boolean(),
    wrongSignature: z.boolean(),
    /** From accepted to finished; 0 answers with the verdict at once. */
    completeAfterMs: z.int().min(0),
    balance: z.int().min(0),
    /** Shortest time between two whole lists, and between two single codes. */
    listEveryMs: z.int().min(0),
    codeEveryMs: z.int().min(0),
    /** HTTP status of refusals. */
    refusalStatus: z.union([z.literal(200), z.literal(400)]),
    /** How prices and stock are written. */
    amountsAs: z.enum(['number', 'string']),
    /** Source addresses let in for each kind of key; empty = all. */
    productionIps: z.array(z.string()),
    developmentIps: z.array(z.string()),
    /** A key of the other mode is refused on `/transaction`. */
    strictMode: z.boolean(),
    /** Refuse a known `ref_id` with another SKU or customer by rc 49; otherwise the first one is answered. */
    strictRefs: z.boolean(),
    /** The price list succeeds with no rows. */
    emptyList: z.boolean(),
  })
  .partial()

export type Settings = Required<{
  [K in keyof z.infer<typeof settingsSchema>]: NonNullable<z.infer<typeof settingsSchema>[K]>
}>

/** How a transaction stands: the protocol's status word, its code, text and serial number. */
export type Verdict = { status: 'Sukses' | 'Pending' | 'Gagal'; rc: string; message: string; sn: string }

/** A transaction that was formed. */
export type Transaction = Verdict & {
  refId: string
  code: string
  customer: string
  /** Whole rupiah charged. */
  price: number
  balanceAfter: number
  isRefunded: boolean
  isPostpaid: boolean
  /** Fields of a bill, in answers of postpaid. */
  bill: Record<string, unknown>
  planned: Verdict
  callbackUrl: string
  createdAt: Date
}

/** A scripted end for transactions that match. `Refuse` forms nothing and answers `rc`. */
export type Outcome = {
  target?: string | undefined
  code?: string | undefined
  status: 'Sukses' | 'Pending' | 'Gagal' | 'Refuse'
  rc?: string | undefined
  note: string
  times?: number | undefined
}

/** Everything one Digiflazz sandbox knows. */
export type Digiflazz = {
  context: SandboxContext
  username: string
  productionKey: string
  developmentKey: string
  settings: Settings
  products: Product[]
  postpaid: PostpaidProduct[]
  /** By `ref_id`, in order of creation. */
  transactions: Map<string, Transaction>
  outcomes: Outcome[]
  /** Which purchases fail by chance. */
  failing: FailingShare
  /** When each kind of list was last given, in sandbox time. */
  lastRead: Map<string, number>
  sender: WebhookSender
}

const DEMO = {
  username: 'demouser',
  productionKey: '11111111-0000-4000-8000-000000000000',
  developmentKey: 'dev-00000000-0000-4000-8000-000000000000',
  webhookSecret: 'demo-webhook-secret',
}
const START_BALANCE = 50_000_000
const WEBHOOK_RETRY_MS = 60_000

/** Returns a sandbox with a full list and no transactions. */
export function createDigiflazzState(context: SandboxContext): Digiflazz {
  const settings = defaultSettings(context)
  const { env } = context
  return {
    context,
    username: env.DIGIFLAZZ_USERNAME || DEMO.username,
    productionKey: env.DIGIFLAZZ_API_KEY || DEMO.productionKey,
    developmentKey: env.DIGIFLAZZ_DEV_KEY || DEMO.developmentKey,
    settings,
    products: createProducts(),
    postpaid: createPostpaid(),
    transactions: new Map(),
    outcomes: [],
    failing: createFailingShare(),
    lastRead: new Map(),
    sender: createWebhookSender(context.clock, {
      timeoutMs: 15_000,
      maxRedirects: 0,
      retriesAfter: () => settings.webhookRetries,
      delayMs: (attempt) => attempt * WEBHOOK_RETRY_MS,
    }),
  }
}

/** Empties the sandbox in place and restores list, balance and settings. */
export function resetDigiflazz(df: Digiflazz): void {
  Object.assign(df.settings, defaultSettings(df.context))
  df.products = createProducts()
  df.postpaid = createPostpaid()
  df.transactions.clear()
  df.outcomes = []
  df.failing.clear()
  df.lastRead.clear()
  df.sender.reset()
}

function defaultSettings({ appUrl, env }: SandboxContext): Settings {
  return {
    webhookUrl: `${appUrl}/api/webhooks/digiflazz`,
    webhookSecret: env.DIGIFLAZZ_WEBHOOK_SECRET || DEMO.webhookSecret,
    webhookRetries: 3,
    speed: 1,
    deliveryHeader: false,
    escapeSlashes: false,
    wrongSignature: false,
    completeAfterMs: 1_500,
    balance: START_BALANCE,
    listEveryMs: 300_000,
    codeEveryMs: 1_000,
    refusalStatus: 200,
    amountsAs: 'number',
    productionIps: [],
    developmentIps: [],
    strictMode: true,
    strictRefs: true,
    emptyList: false,
  }
}
