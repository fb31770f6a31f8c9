import type { Clock } from '../../platform/clock.ts'
import type { EndRefusal, PaymentGateway } from '../../payments/ports.ts'
import { err } from '../../shared/result.ts'
import { askBill } from './ask-bill.ts'
import { CHANNELS } from './channels.ts'
import { openBill } from './open-bill.ts'
import { createTokopayApi, type TokopayApi } from './tokopay-api.ts'
import { readWebhook } from './webhook.ts'

export type TokopayOptions = {
  merchantId: string
  secret: string
  /** `https://api.tokopay.id`; other services speak the same protocol. */
  apiUrl: string
  clock: Clock
  /** Told of answers that nobody understands, without secrets. */
  warn?: (detail: string) => void
}

const CANNOT_END = err<EndRefusal>({ code: 'unsupported', detail: 'Tokopay ends a bill only by its time' })

/** Sent again up to three times until exactly this is read. @see payments.md 2.8 */
const ACKNOWLEDGEMENT = { status: 200, contentType: 'application/json', body: '{"status":true}' }

/**
 * Tokopay: bills that are paid by QRIS, virtual account, e-wallet or in a store. It can neither end nor refund one.
 * Throws for unusable credentials. @see payments.md 2
 */
export function createTokopayGateway(options: TokopayOptions): PaymentGateway {
  const { merchantId, secret, apiUrl, clock, warn = () => undefined } = options
  if (!/^\S+$/.test(merchantId) || !/^\S+$/.test(secret))
    throw new Error('the Tokopay merchant id or secret is empty or contains whitespace')
  const credentials = { merchantId, secret }
  const api = createTokopayApi(credentials, apiUrl.replace(/\/+$/, ''))
  const asking = { api, credentials, now: () => clock.now(), warn }
  return {
    id: 'tokopay',
    methods: CHANNELS.map(({ method }) => method),
    open: (order) => openBill(api, credentials, order),
    ask: (attempt) => askBill(asking, attempt),
    cancel: async () => CANNOT_END,
    expire: async () => CANNOT_END,
    refund: async () => ({ state: 'not_possible', detail: 'Tokopay gives no money back' }),
    readMessage: (rawBody) => readWebhook(rawBody, credentials),
    acknowledgement: ACKNOWLEDGEMENT,
    probe: () => probe(api),
  }
}

/** Reads the balance: it proves merchant id and secret, and changes nothing. */
async function probe(api: TokopayApi): Promise<{ ok: boolean; detail: string }> {
  const answer = await api.account()
  return answer.kind === 'answered'
    ? { ok: true, detail: 'merchant id and secret are accepted' }
    : { ok: false, detail: answer.detail }
}
