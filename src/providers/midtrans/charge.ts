import * as z from 'zod'
import type { GatewayOrder, GatewayPayment, GatewayRefusal } from '../../payments/ports.ts'
import { isPayableQris } from '../../shared/qris.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { toChargeRequest } from './charge-request.ts'
import type { Charge } from './methods.ts'
import type { CoreAnswer, MidtransApi } from './midtrans-api.ts'
import { parseWireAmount, parseWireTime } from './wire-format.ts'

const CREATED = new Set([200, 201])
const NOT_VALID = 400
const DUPLICATE = 406
const SERVER_ERROR = 500
/** Methods whose charge reaches the buyer's phone by itself, whatever we were answered. */
const PUSHED_TO_PHONES = new Set<Charge['type']>(['gopay'])
const MAX_DETAIL = 200
/** Our end is asked in whole minutes. */
const SAME_END_MS = 60_000

const WEB_ADDRESS = /^https?:\/\/\S+$/
const code = z.string().regex(/^[0-9A-Za-z-]{4,40}$/)

/** A transaction that waits for the buyer, as charge and status show it. @see payments.md 1.4 */
const waitingSchema = z.object({
  transaction_id: z.string().min(1).max(100),
  order_id: z.string(),
  gross_amount: z.string(),
  transaction_status: z.string().regex(/^pending$/i),
  payment_type: z.string(),
  merchant_id: z.string().optional(),
  expiry_time: z.string().optional(),
  qr_string: z.string().min(1).optional().catch(undefined),
  actions: z
    .array(z.object({ name: z.string(), url: z.string() }))
    .default([])
    .catch([]),
  va_numbers: z
    .array(z.object({ bank: z.string().min(1).max(30), va_number: code }))
    .default([])
    .catch([]),
  permata_va_number: code.optional().catch(undefined),
  biller_code: code.optional().catch(undefined),
  bill_key: code.optional().catch(undefined),
  store: z.string().min(1).max(30).optional().catch(undefined),
  payment_code: code.optional().catch(undefined),
})

type Waiting = z.infer<typeof waitingSchema>
type Opened = Result<GatewayPayment, GatewayRefusal>

/**
 * Charges a method that we draw ourselves. One reference stands for one transaction: when the answer was lost, or the
 * reference was used before, the transaction behind it is looked up and shown if it still waits for the same sum.
 * `taken`: it does not. A server that failed may have charged a wallet all the same, and the buyer sees that in its app:
 * it counts as lost. What only we could show is as good as not opened. @see payments.md 1.4, 1.8
 */
export async function openCharge(api: MidtransApi, order: GatewayOrder, charge: Charge): Promise<Opened> {
  const answer = await api.charge(toChargeRequest(order, charge))
  if (answer.kind === 'not_sent') return err({ code: 'unavailable', detail: answer.detail })
  if (answer.kind === 'lost') return await lookUp(api, order, { code: 'unknown', detail: answer.detail })
  if (answer.code === DUPLICATE) {
    return await lookUp(api, order, { code: 'taken', detail: textOf(answer.body['status_message']) })
  }
  if (CREATED.has(answer.code)) {
    const shown = toPayment(api, order, answer.body)
    return shown ?? (await lookUp(api, order, { code: 'unknown', detail: 'unreadable transaction' }))
  }
  const detail = `code ${answer.code}: ${textOf(answer.body['status_message'])}`
  if (answer.code >= SERVER_ERROR && PUSHED_TO_PHONES.has(charge.type))
    return await lookUp(api, order, { code: 'unknown', detail })
  return err({ code: answer.code === NOT_VALID ? 'rejected' : 'unavailable', detail })
}

/** What stands behind the reference now, or `otherwise` when that can be shown to nobody. */
async function lookUp(api: MidtransApi, order: GatewayOrder, otherwise: GatewayRefusal): Promise<Opened> {
  const answer: CoreAnswer = await api.core('GET', order.reference, 'status')
  const shown = answer.kind === 'answered' ? toPayment(api, order, answer.body) : undefined
  return shown ?? err(otherwise)
}

/** How to pay a transaction; undefined when it is not this order's, or not waiting, or shows no way. */
function toPayment(api: MidtransApi, order: GatewayOrder, body: unknown): Opened | undefined {
  const parsed = waitingSchema.safeParse(body)
  if (!parsed.success) return undefined
  const waiting = parsed.data
  const isOurs =
    waiting.order_id === order.reference && parseWireAmount(waiting.gross_amount) === order.amount
  const ways = waysToPay(api, waiting, order.amount)
  if (!isOurs || Object.keys(ways).length === 0) return undefined
  const endsAt = waiting.expiry_time === undefined ? undefined : parseWireTime(waiting.expiry_time)
  const isAnotherEnd =
    endsAt !== undefined && Math.abs(endsAt.getTime() - order.expiresAt.getTime()) >= SAME_END_MS
  return ok({
    ...ways,
    gatewayTransactionId: waiting.transaction_id,
    ...(isAnotherEnd ? { expiresAt: endsAt } : {}),
  })
}

/** A code that cannot be read or says another sum is not shown: the picture of it, or the wallet's app, stays. */
function waysToPay(api: MidtransApi, waiting: Waiting, amount: number): GatewayPayment {
  const {
    qr_string: qr,
    biller_code: billerCode,
    bill_key: billKey,
    store,
    payment_code: paymentCode,
  } = waiting
  const isQrShown = qr !== undefined && isPayableQris(qr, amount)
  const redirectUrl =
    actionUrl(waiting, 'deeplink-redirect') ?? (isQrShown ? undefined : pictureUrl(api, waiting))
  const [account] = waiting.va_numbers
  const permata = waiting.permata_va_number
  return {
    ...(isQrShown ? { qrString: qr } : {}),
    ...(redirectUrl === undefined ? {} : { redirectUrl }),
    ...(account === undefined ? {} : { virtualAccount: { bank: account.bank, number: account.va_number } }),
    ...(permata === undefined ? {} : { virtualAccount: { bank: 'permata', number: permata } }),
    ...(billerCode === undefined || billKey === undefined ? {} : { bill: { billerCode, billKey } }),
    ...(store === undefined || paymentCode === undefined ? {} : { storeCode: { store, code: paymentCode } }),
  }
}

/** Status answers name no picture: its place is documented. */
function pictureUrl(api: MidtransApi, waiting: Waiting): string | undefined {
  const { payment_type: type, transaction_id: id } = waiting
  const named = actionUrl(waiting, 'generate-qr-code-v2') ?? actionUrl(waiting, 'generate-qr-code')
  return named ?? (type === 'qris' || type === 'gopay' ? api.pictureUrl(type, id) : undefined)
}

function actionUrl({ actions }: Waiting, name: string): string | undefined {
  return actions.find((action) => action.name === name && WEB_ADDRESS.test(action.url))?.url
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_DETAIL) : 'no reason given'
}
