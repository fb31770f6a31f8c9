import { canBePaid, cancelPayment } from '#payments'
import type { KeyRing } from '#platform/sealing.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { closeUnpaidOrder } from './close-unpaid-order.ts'
import { loadOrderWithPayment } from './open-order-payment.ts'
import { findOrderByToken } from './orders-store.ts'
import { settleFact, type SettleDeps } from './settle-payment.ts'
import { hashToken, isTrackingToken } from './tracking-token.ts'

/**
 * Cancels an unpaid order for the holder of its token. The payment is ended at the gateway first: when it turns out
 * to be paid, the order is delivered instead. `not_cancellable` also when the gateway does not confirm that nobody
 * can pay any more: the order stays as it is, and the buyer may try again.
 */
export async function cancelOrder(
  deps: SettleDeps & { keys: KeyRing },
  token: string,
): Promise<Result<{ orderId: string }, { code: 'not_found' | 'not_cancellable' }>> {
  const order = await findByToken(deps, token)
  if (order === undefined) return err({ code: 'not_found' })
  if (order.state !== 'PENDING' && order.state !== 'WAITING_PAYMENT') return err({ code: 'not_cancellable' })
  const { payment } = await loadOrderWithPayment(deps, order.id)
  // Money that does not fit goes back by itself; it holds no order.
  if (canBePaid(payment)) {
    const ended = await cancelPayment(deps, payment)
    if (!ended.ok) return err({ code: 'not_cancellable' })
    // Closes the order together with its payment when the fact is an end.
    await settleFact(deps, payment, ended.value.fact)
  } else {
    await closeUnpaidOrder(deps, order.id, { to: 'CANCELLED', actor: 'buyer', reason: 'cancelled_by_buyer' })
  }
  const after = await findByToken(deps, token)
  return after?.state === 'CANCELLED' ? ok({ orderId: order.id }) : err({ code: 'not_cancellable' })
}

/** The order that a token shows, or undefined for unknown, foreign and malformed tokens alike. */
export async function findByToken(
  deps: Pick<SettleDeps, 'db'>,
  token: string,
): ReturnType<typeof findOrderByToken> {
  if (!isTrackingToken(token)) return undefined
  const tokenHash = hashToken(token)
  return await deps.db.transaction('orders.find-by-token', { role: 'web', tokenHash }, (tx) =>
    findOrderByToken(tx, tokenHash),
  )
}
