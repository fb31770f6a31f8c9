import type { Clock } from '#platform/clock.ts'
import type { Database, Tx } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import { askOf, attemptOf, type PaymentGateways } from './gateways.ts'
import type { Payment } from './payment.ts'
import { lockPayment, selectPayment } from './payment-store.ts'
import type { RefundOutcome } from './ports.ts'
import type { Refund } from './refund.ts'
import { changeRefund, claimDueRefunds, takeRefund } from './refund-store.ts'
import { settleRefund } from './settle-refund.ts'

/** What became of a refund. `nothing`: it is settled, a person's task, or another run is sending it. */
export type RefundProgress =
  | { kind: 'done'; refund: Refund; payment: Payment }
  | { kind: 'manual'; refund: Refund; payment: Payment; detail: string }
  | { kind: 'unknown'; refund: Refund; payment: Payment; detail: string; retryAt: Date }
  | { kind: 'nothing' }

export type SendRefundDeps = {
  db: Database
  gateways: PaymentGateways
  clock: Clock
  log?: Log
  /** Runs in the transaction that records the outcome. */
  alsoInTransaction?: (tx: Tx, progress: RefundProgress) => Promise<void>
}

/** Longer than a refund call may take; a killed run's refund is taken over after it. */
const LEASE_SECONDS = 30
/** Waits between tries; bank trouble at night lasts hours (some banks refuse refunds from 23:55 to 06:00). */
const RETRY_MINUTES = [0.5, 1, 2, 5, 10, 30, 60, 120, 240, 480]
/** The gateway honours a repeated key for seven days; a day less leaves a person time to look. @see payments.md 1.5 */
const REPEATABLE_MS = 6 * 86_400_000

/**
 * Sends one refund and records the outcome. Safe to run again at any time: the key names the refund at the
 * gateway, and after a lost answer it is asked for the key before it is sent again. What was not confirmed within
 * REPEATABLE_MS becomes a person's task, whether or not the gateway can be reached.
 */
export async function sendRefund(deps: SendRefundDeps, refundId: string): Promise<RefundProgress> {
  const refund = await takeRefund(deps.db, refundId, LEASE_SECONDS)
  if (refund === undefined) return { kind: 'nothing' }
  const [payment] = await deps.db.once<Payment>(
    'payments.read',
    { role: 'worker' },
    selectPayment(refund.paymentId),
  )
  if (payment === undefined) throw new Error(`refund ${refundId} has no payment`)
  const outcome = await exchange(deps.gateways, payment, refund, deps.clock.now())
  const progress = await deps.db.transaction('payments.record-refund', { role: 'worker' }, async (tx) => {
    const recorded = await record(tx, refund, outcome, deps.clock.now())
    await deps.alsoInTransaction?.(tx, recorded)
    return recorded
  })
  if (progress.kind === 'manual') {
    const { detail } = progress
    deps.log?.warn({ refundId, paymentId: payment.id, detail }, 'a refund is a task for a person')
  }
  return progress
}

/** Claims up to `limit` refunds to be sent now, by id. */
export async function dueRefunds(db: Database, limit = 50): Promise<string[]> {
  return await claimDueRefunds(db, limit, LEASE_SECONDS)
}

async function exchange(
  gateways: PaymentGateways,
  payment: Payment,
  refund: Refund,
  now: Date,
): Promise<RefundOutcome> {
  const isOver = now.getTime() - refund.createdAt.getTime() > REPEATABLE_MS
  const gateway = gateways.get(payment.gateway)
  if (refund.tries > 1) {
    const answer = await askOf(gateways, payment)
    const known = answer.ok && answer.value.state !== 'not_found' ? answer.value.refunds : []
    if (known.some((made) => made.key === refund.refundKey)) return { state: 'done' }
    if (isOver) return givenUp(answer.ok ? 'the gateway does not know of it' : answer.error.detail)
    if (!answer.ok) return { state: 'unknown', detail: answer.error.detail }
  }
  if (gateway === undefined) {
    const detail = `gateway ${payment.gateway} is turned off`
    return isOver ? givenUp(detail) : { state: 'unknown', detail }
  }
  const { refundKey, amount, reason } = refund
  return await gateway.refund({ attempt: attemptOf(payment), refundKey, amount, reason })
}

/** Whoever takes over must look first whether an earlier try came through without an answer. */
function givenUp(detail: string): RefundOutcome {
  return { state: 'not_possible', detail: `not confirmed within six days: ${detail}` }
}

async function record(tx: Tx, refund: Refund, outcome: RefundOutcome, now: Date): Promise<RefundProgress> {
  const payment = await lockPayment(tx, refund.paymentId)
  if (payment === undefined) throw new Error(`refund ${refund.id} has no payment`)
  switch (outcome.state) {
    case 'done':
      return {
        kind: 'done',
        payment: await settleRefund(tx, payment, refund, now),
        refund: { ...refund, state: 'DONE' },
      }
    case 'not_possible': {
      const { detail } = outcome
      const isNew = await changeRefund(tx, refund.id, {
        from: ['SENDING'],
        to: 'MANUAL',
        detail,
        nextTry: null,
      })
      return isNew
        ? { kind: 'manual', payment, detail, refund: { ...refund, state: 'MANUAL', detail } }
        : { kind: 'nothing' }
    }
    case 'unknown': {
      const { detail } = outcome
      const retryAt = new Date(now.getTime() + retryMs(refund.tries))
      const isNew = await changeRefund(tx, refund.id, {
        from: ['SENDING'],
        to: 'UNKNOWN',
        detail,
        nextTry: retryAt,
      })
      const unknown = {
        kind: 'unknown',
        payment,
        detail,
        retryAt,
        refund: { ...refund, state: 'UNKNOWN', detail },
      } as const
      return isNew ? unknown : { kind: 'nothing' }
    }
  }
}

function retryMs(tries: number): number {
  const minutes = RETRY_MINUTES[Math.min(tries, RETRY_MINUTES.length) - 1] ?? 1
  return minutes * 60_000
}
