import type { Database, Tx } from '#platform/database.ts'
import { elapsedMs, type Clock } from '#platform/clock.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { attemptOf, type PaymentGateways } from './gateways.ts'
import type { Payment, PlannedPayment } from './payment.ts'
import { changePayment, insertHistory, selectPayment, storeOpened } from './payment-store.ts'
import type { GatewayOrder, GatewayPayment, GatewayRefusal, PaymentFact, PaymentGateway } from './ports.ts'
import { nextPollAt } from './poll-plan.ts'

/** Checkout answers within 3 s whatever the gateway does; the rest of the time belongs to our own writes. */
export const GATEWAY_OPEN_TIMEOUT_MS = 2_700

/** With less time left a page would be opened whose address nobody waits for any more. */
const LEAST_OPENING_MS = 500

export type OpenPaymentDeps = { db: Database; gateways: PaymentGateways; clock: Clock }

export type OpenPaymentRequest = Pick<GatewayOrder, 'items' | 'customer' | 'returnUrl'> & {
  payment: PlannedPayment
  /** True when an earlier call may have reached the gateway: it is asked before anything is opened again. */
  repeat?: boolean
  /** Takes the locks that stand before the payment's, in the transaction that records the outcome. */
  lockFirst?: (tx: Tx) => Promise<void>
  /** Runs in the transaction that records an opened payment, so that the order moves with it. */
  alsoInTransaction?: (tx: Tx, payment: Payment) => Promise<void>
}

export type OpenPaymentRefusal = { code: 'gateway_unavailable' | 'gateway_unknown'; detail: string }

type Outcome = Result<GatewayPayment, GatewayRefusal>

const TURNED_OFF: Outcome = err({ code: 'unavailable', detail: 'the gateway is turned off' })

/**
 * Opens a planned payment at its gateway and records the outcome, within GATEWAY_OPEN_TIMEOUT_MS plus one
 * transaction. `gateway_unavailable`: nothing was opened, the payment is FAILED. `gateway_unknown`: the answer
 * was lost, or somebody else opened this reference and may be about to record it; the payment stays CREATING for the
 * poller; call again with `repeat` to go on. A payment that was opened before is returned as it is stored.
 */
export async function openPayment(
  deps: OpenPaymentDeps,
  request: OpenPaymentRequest,
): Promise<Result<Payment, OpenPaymentRefusal>> {
  const gateway = deps.gateways.get(request.payment.gateway)
  const outcome = gateway === undefined ? TURNED_OFF : await callGateway(gateway, request, deps.clock.now())
  const isUnknown = !outcome.ok && outcome.error.code === 'unknown'
  const payment = isUnknown ? await read(deps, request.payment.id) : await record(deps, request, outcome)
  if (isUnknown && payment.state === 'CREATING')
    return err({ code: 'gateway_unknown', detail: outcome.error.detail })
  if (payment.state !== 'FAILED') return ok(payment)
  return err({
    code: 'gateway_unavailable',
    detail: outcome.ok ? 'the payment failed before' : outcome.error.detail,
  })
}

async function callGateway(
  gateway: PaymentGateway,
  request: OpenPaymentRequest,
  now: Date,
): Promise<Outcome> {
  const deadline = elapsedMs() + GATEWAY_OPEN_TIMEOUT_MS
  const { payment, items, customer, returnUrl } = request
  const { reference, method, amount, expiresAt } = payment
  if (request.repeat) {
    const known = await askOnce(gateway, payment, deadline)
    if (known !== 'absent') return known
  }
  const lost: Outcome = err({ code: 'unknown', detail: 'no answer in time' })
  if (deadline - elapsedMs() < LEAST_OPENING_MS) return lost
  const opened = gateway.open({ reference, method, amount, items, customer, expiresAt, now, returnUrl })
  const outcome = await before(deadline, opened, lost)
  if (outcome.ok || (outcome.error.code !== 'unknown' && outcome.error.code !== 'taken')) return outcome
  const known = await askOnce(gateway, payment, deadline)
  // Taken proves that a page exists, perhaps in the hands of another worker: never a reason to give the order up.
  return known === 'absent' ? err({ code: 'unknown', detail: outcome.error.detail }) : known
}

/** What the gateway knows of a reference; `absent` when no method was chosen yet, which says nothing about a page. */
async function askOnce(
  gateway: PaymentGateway,
  payment: PlannedPayment,
  deadline: number,
): Promise<Outcome | 'absent'> {
  const answer = await before(deadline, gateway.ask(attemptOf(payment)), undefined)
  if (answer === undefined) return err({ code: 'unknown', detail: 'no answer in time' })
  if (!answer.ok) return err({ code: 'unknown', detail: answer.error.detail })
  return fromFact(answer.value)
}

function fromFact(fact: PaymentFact): Outcome | 'absent' {
  if (fact.state === 'not_found') return 'absent'
  if (fact.state === 'pending') return ok({ gatewayTransactionId: fact.transactionId })
  return err({ code: 'unknown', detail: `the gateway already reports ${fact.state}` })
}

/** The payment as another worker may have recorded it meanwhile. */
async function read({ db }: OpenPaymentDeps, id: string): Promise<Payment> {
  const [payment] = await db.once<Payment>('payments.read', { role: 'worker' }, selectPayment(id))
  if (payment === undefined) throw new Error(`no payment ${id}`)
  return payment
}

async function record(
  deps: OpenPaymentDeps,
  request: OpenPaymentRequest,
  outcome: Outcome,
): Promise<Payment> {
  const { id } = request.payment
  // A buyer's request may place orders, not move them: the gateway's answer is recorded as the shop.
  return await deps.db.transaction('payments.record-opening', { role: 'worker' }, async (tx) => {
    const now = deps.clock.now()
    const locking = request.lockFirst?.(tx)
    locking?.catch(() => undefined)
    const stored = outcome.ok
      ? await storeOpened(tx, id, outcome.value, pollTime(request.payment, now), now)
      : await changePayment(tx, id, { from: 'CREATING', to: 'FAILED', nextPoll: null }, now)
    await locking
    if (stored === undefined) return await tx.one(selectPayment(id))
    const reason = outcome.ok ? 'opened at the gateway' : `${outcome.error.code}: ${outcome.error.detail}`
    const written = insertHistory(tx, {
      paymentId: id,
      from: 'CREATING',
      to: stored.state,
      actor: 'gateway',
      reason,
      at: now,
    })
    await Promise.all([written, outcome.ok ? request.alsoInTransaction?.(tx, stored) : undefined])
    return stored
  })
}

function pollTime(payment: PlannedPayment, now: Date): Date | null {
  return nextPollAt(
    { state: 'PENDING', createdAt: now, expiresAt: payment.expiresAt, paidAt: null, gatewayMethod: null },
    now,
  )
}

/** The promise's value, or `fallback` when the deadline comes first; a late rejection is of no interest then. */
async function before<T>(deadline: number, promise: Promise<T>, fallback: T): Promise<T>
async function before<T>(deadline: number, promise: Promise<T>, fallback: undefined): Promise<T | undefined>
async function before<T>(
  deadline: number,
  promise: Promise<T>,
  fallback: T | undefined,
): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T | undefined>((resolve) => {
    timer = setTimeout(() => resolve(fallback), Math.max(0, deadline - elapsedMs()))
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
