import { findAskablePayments } from '#payments'
import { findByToken } from './cancel-order.ts'
import { settlePayment, type SettleDeps } from './settle-payment.ts'

/**
 * Asks the gateways now about the newest payment of an order and those that were let go, for a buyer who says it was
 * paid. False for a token nobody knows. A gateway that does not answer is asked again by the poller.
 */
export async function refreshPayment(deps: SettleDeps, token: string): Promise<boolean> {
  const order = await findByToken(deps, token)
  if (order === undefined) return false
  const payments = await findAskablePayments(deps.db, order.id)
  for (const paymentId of payments) await settlePayment(deps, paymentId)
  return true
}
