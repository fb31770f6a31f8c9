import { canBePaid, cancelPayment, loadMethods, offerMethods, type Payment } from '#payments'
import { err, ok, type Result } from '#shared/result.ts'
import { findByToken } from './cancel-order.ts'
import { gatewayUnavailable, loadOrderWithPayment, openOrderPayment } from './open-order-payment.ts'
import type { OrderRow } from './order.ts'
import type { RenewalRefusal } from './order-view.ts'
import { hasPage, mayRenew } from './payment-view.ts'
import type { PlaceOrderDeps } from './place-order.ts'
import { TAKE_OVER_AFTER_MS } from './repeat-order.ts'
import { settleFact, type SettleDeps } from './settle-payment.ts'
import { findRefusal, writeAttempt, type WantedMethod } from './write-attempt.ts'

/** What paying an order anew needs. */
export type RenewalDeps = PlaceOrderDeps & SettleDeps

/** A page with less time than this is not worth handing out again. */
const LEAST_LEFT_MS = 60_000

type Renewed = Result<{ orderId: string }, RenewalRefusal>

/**
 * Opens a new payment for an order that waits for one or has expired, by `method` or the one it had; lines and prices
 * stay as they were bought. A payment that is open is ended first: when it turns out to be paid the order goes on with
 * it, and one that its gateway cannot end is let go. Repeating it is harmless: a payment that can be used as it is, or is
 * being opened by somebody else, stays. At most MAX_ATTEMPTS payments per order.
 */
export async function renewPayment(
  deps: RenewalDeps,
  token: string,
  method: string | undefined,
): Promise<Renewed> {
  const known = await findByToken(deps, token)
  if (known === undefined) return err({ code: 'not_found' })
  const { order, payment } = await loadOrderWithPayment(deps, known.id)
  const wanted = await findWanted(deps, order, method)
  if (!wanted.ok) return wanted
  switch (standing(payment, wanted.value, deps.clock.now())) {
    case 'usable':
      return order.state === 'WAITING_PAYMENT' ? ok({ orderId: order.id }) : err({ code: 'not_renewable' })
    case 'interrupted':
      if (order.state !== 'PENDING' && order.state !== 'WAITING_PAYMENT')
        return err({ code: 'not_renewable' })
      return await open(deps, order.id, { repeat: true })
    case 'other':
      if (!mayRenew(order, payment)) return err({ code: 'not_renewable' })
      return await replace(deps, { order, payment, wanted: wanted.value })
  }
}

async function findWanted(
  deps: RenewalDeps,
  order: OrderRow,
  method = order.payment_method,
): Promise<Result<WantedMethod, RenewalRefusal>> {
  const methods = await loadMethods(deps)
  const offers = offerMethods(methods, order.subtotal - order.discount)
  const offer = offers.find((candidate) => candidate.method === method)
  const gateway = methods.find((candidate) => candidate.method === method)?.gateway
  if (offer === undefined || gateway === undefined || !offer.enabled)
    return err({ code: 'payment_method_unavailable', methods: offers })
  return ok({ method, gateway, fee: offer.fee, total: offer.total })
}

/** How the newest payment stands to the wish: good as it is, left behind by a process that died, or to be replaced. */
function standing(payment: Payment, wanted: WantedMethod, now: Date): 'usable' | 'interrupted' | 'other' {
  if (payment.method !== wanted.method || payment.amount !== wanted.total) return 'other'
  const left = payment.expiresAt.getTime() - now.getTime()
  if (payment.state === 'PENDING') return left > LEAST_LEFT_MS && hasPage(payment) ? 'usable' : 'other'
  if (payment.state !== 'CREATING') return 'other'
  // Its first opener may still be at it; whoever comes later goes on where it stopped.
  return now.getTime() - payment.createdAt.getTime() < TAKE_OVER_AFTER_MS ? 'usable' : 'interrupted'
}

async function replace(
  deps: RenewalDeps,
  { order, payment, wanted }: { order: OrderRow; payment: Payment; wanted: WantedMethod },
): Promise<Renewed> {
  const refused = await findRefusal(deps, order.id)
  if (refused !== undefined) return err(refused)
  const ended = await endPayment(deps, payment)
  if (ended === 'paid') return ok({ orderId: order.id })
  if (ended === 'unknown') return err(await gatewayUnavailable(deps, order))
  if (ended === 'held') return err({ code: 'not_renewable' })
  const written = await writeAttempt(deps, order.id, { seen: payment.id, wanted })
  if (!written.ok) return written
  if (written.value === 'held') return err({ code: 'not_renewable' })
  if (written.value === 'moved') return ok({ orderId: order.id })
  return await open(deps, order.id, { repeat: false })
}

/** Ends what can still be paid. `held`: money is in it that is not the order's; `unknown`: its gateway gives no answer. */
async function endPayment(
  deps: RenewalDeps,
  payment: Payment,
): Promise<'ended' | 'paid' | 'held' | 'unknown'> {
  if (!canBePaid(payment)) return 'ended'
  const ended = await cancelPayment(deps, payment)
  if (!ended.ok) return 'unknown'
  switch (await settleFact(deps, payment, ended.value.fact, { keepsOrder: true })) {
    // Unchanged: somebody else has ended it, or opened it in this moment; the next step looks again, under the lock.
    case 'closed':
    case 'unchanged':
    case 'opened':
      return 'ended'
    case 'paid_now':
      return 'paid'
    default:
      return 'held'
  }
}

async function open(deps: RenewalDeps, orderId: string, options: { repeat: boolean }): Promise<Renewed> {
  const found = await loadOrderWithPayment(deps, orderId)
  // Opened by somebody else, or the order was paid by an earlier attempt in this moment.
  if (found.payment.state !== 'CREATING') return ok({ orderId })
  const opened = await openOrderPayment(deps, found, options)
  if (opened.ok) return ok({ orderId })
  return err(await gatewayUnavailable(deps, found.order))
}
