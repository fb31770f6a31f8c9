import { findPaymentForView, listPaymentMethods, type MethodsDeps } from '#payments'
import type { PaymentMethodOffer } from './order-view.ts'
import { findOrderByToken } from './orders-store.ts'
import { mayRenew } from './payment-view.ts'
import { hashToken, isTrackingToken } from './tracking-token.ts'

/**
 * The ways to pay an order that is not paid yet, as they are offered now; empty for every other, and for unknown tokens.
 * Row security shows a token its own order only.
 */
export async function listRenewalMethods(deps: MethodsDeps, token: string): Promise<PaymentMethodOffer[]> {
  if (!isTrackingToken(token)) return []
  const tokenHash = hashToken(token)
  const base = await deps.db.transaction('orders.renewal-methods', { role: 'web', tokenHash }, async (tx) => {
    const order = await findOrderByToken(tx, tokenHash)
    const payment = order === undefined ? undefined : (await findPaymentForView(tx, order.id))?.payment
    if (order === undefined || payment === undefined || !mayRenew(order, payment)) return undefined
    return order.subtotal - order.discount
  })
  return base === undefined ? [] : await listPaymentMethods(deps, base)
}
