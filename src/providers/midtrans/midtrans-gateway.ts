import type {
  EndRefusal,
  GatewayAttempt,
  GatewayOrder,
  PaymentFact,
  PaymentGateway,
  RefundOutcome,
} from '../../payments/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { openCharge } from './charge.ts'
import { chargeOf, METHODS } from './methods.ts'
import { createMidtransApi, type CoreAnswer, type MidtransApi, type MidtransOptions } from './midtrans-api.ts'
import { readNotification } from './notification.ts'
import { cancelSnapPage, openSnapPage } from './snap.ts'
import { readFact } from './transaction.ts'

const MAX_REASON = 255
const NOT_FOUND = 404
const EXPIRED = 407
/** Refunds that no repetition can bring about. `202`: the bank refused. @see payments.md 1.5 */
const REFUND_NOT_POSSIBLE = new Set([202, 400, 404, 412, 413, 414])

/**
 * Midtrans: payments on a Snap page or drawn by us, everything else through the Core API. Throws for an unusable server key.
 * @see payments.md 1
 */
export function createMidtransGateway(options: MidtransOptions): PaymentGateway {
  const api = createMidtransApi(options)
  const { serverKey, merchantId } = options
  return {
    id: 'midtrans',
    methods: METHODS,
    open: (order) => openPayment(api, order),
    ask: (attempt) => ask(api, attempt, merchantId),
    cancel: (attempt) => end(api, attempt, 'cancel', merchantId),
    expire: (attempt) => end(api, attempt, 'expire', merchantId),
    refund: (refund) => sendRefund(api, refund),
    readMessage: (rawBody) =>
      readNotification(rawBody, merchantId === undefined ? { serverKey } : { serverKey, merchantId }),
    probe: () => probe(api),
  }
}

async function openPayment(api: MidtransApi, order: GatewayOrder): ReturnType<PaymentGateway['open']> {
  const charge = chargeOf(order.method)
  return charge === undefined ? await openSnapPage(api, order) : await openCharge(api, order, charge)
}

/**
 * A charge whose answer never reached us waits for nobody: no one was shown how to pay it. It is as good as absent, and
 * opening it again shows it. A page is another matter: who chose a method on it has it open.
 */
async function ask(
  api: MidtransApi,
  { reference, method, gatewayTransactionId }: GatewayAttempt,
  merchantId: string | undefined,
): ReturnType<PaymentGateway['ask']> {
  const answer = await askStatus(api, reference, merchantId)
  const isUnseen = chargeOf(method) !== undefined && gatewayTransactionId === undefined
  return isUnseen && answer.ok && answer.value.state === 'pending' ? ok({ state: 'not_found' }) : answer
}

async function askStatus(
  api: MidtransApi,
  reference: string,
  merchantId: string | undefined,
): Promise<Result<PaymentFact, { code: 'unavailable'; detail: string }>> {
  return toFact(await api.core('GET', reference, 'status'), merchantId)
}

function toFact(
  answer: CoreAnswer,
  merchantId: string | undefined,
): Result<PaymentFact, { code: 'unavailable'; detail: string }> {
  if (answer.kind === 'unavailable') return err({ code: 'unavailable', detail: answer.detail })
  if (answer.code === NOT_FOUND) return ok({ state: 'not_found' })
  if (isError(answer.code)) return err({ code: 'unavailable', detail: `code ${answer.code}` })
  const fact = readFact(answer.body, merchantId)
  return fact === undefined ? err({ code: 'unavailable', detail: 'unreadable transaction' }) : ok(fact)
}

/**
 * Ends a transaction, or closes the page when no method was chosen: no transaction exists until then. `not_found`
 * says that the page is closed for certain, or that its address never reached anyone. @see payments.md 1.5
 */
async function end(
  api: MidtransApi,
  { reference, method, token }: GatewayAttempt,
  action: 'cancel' | 'expire',
  merchantId: string | undefined,
): Promise<Result<PaymentFact, EndRefusal>> {
  const answer = await api.core('POST', reference, action)
  if (answer.kind === 'unavailable') return err({ code: 'unavailable', detail: answer.detail })
  if (answer.code === NOT_FOUND) {
    if (token === undefined || (await cancelSnapPage(api, token))) return ok({ state: 'not_found' })
    // The page is in use, or nobody knows: only a transaction that was made meanwhile is an answer.
    const state = await askStatus(api, reference, merchantId)
    const isUnsure = state.ok && state.value.state === 'not_found'
    return isUnsure ? err({ code: 'unavailable', detail: 'the page was not confirmed closed' }) : state
  }
  if (isError(answer.code)) {
    const refusal = err<EndRefusal>({ code: 'refused', detail: `code ${answer.code}` })
    if (chargeOf(method) === undefined) return refusal
    // Only a page lets the buyer try again: a charge that failed is over, and cannot be ended once more.
    const state = await askStatus(api, reference, merchantId)
    return state.ok && state.value.state === 'failed' ? ok({ state: 'not_found' }) : refusal
  }
  const fact = readFact(answer.body, merchantId)
  return fact === undefined ? await askStatus(api, reference, merchantId) : ok(fact)
}

async function sendRefund(
  api: MidtransApi,
  refund: Parameters<PaymentGateway['refund']>[0],
): Promise<RefundOutcome> {
  const answer = await api.core('POST', refund.attempt.reference, 'refund', {
    refund_key: refund.refundKey,
    amount: refund.amount,
    reason: refund.reason.slice(0, MAX_REASON),
  })
  if (answer.kind === 'unavailable') return { state: 'unknown', detail: answer.detail }
  const message = textOf(answer.body['status_message']).slice(0, MAX_REASON)
  const detail = `code ${answer.code}: ${message}`
  if (REFUND_NOT_POSSIBLE.has(answer.code)) return { state: 'not_possible', detail }
  const isDone = answer.code === 200 && /^(partial_)?refund$/i.test(textOf(answer.body['transaction_status']))
  return isDone ? { state: 'done' } : { state: 'unknown', detail }
}

/** Asks for a transaction that cannot exist: "not found" proves that the key is good. */
async function probe(api: MidtransApi): Promise<{ ok: boolean; detail: string }> {
  const answer = await api.core('GET', 'lapak-doctor', 'status')
  if (answer.kind === 'unavailable') return { ok: false, detail: answer.detail }
  return { ok: true, detail: 'the server key is accepted' }
}

function isError(code: number): boolean {
  return code >= 400 && code !== EXPIRED
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
