import type { Tx } from '#platform/database.ts'
import { newId } from '#platform/ids.ts'
import { postJournal } from '#ledger'
import { openException, type PaymentExceptionKind } from './exception-store.ts'
import type { HeldPayment } from './payment.ts'
import { markBooked } from './payment-store.ts'

/** Where received money waits until it is earned, given back, or decided about. */
export const UNEARNED = 'orders:unearned'
export const SUSPENSE = 'suspense'
/** Money that a bank or a person outside Lapak took back. */
export const DISPUTES = 'disputes'
/** The shop's own bank account, from which a person pays out what a gateway cannot give back. */
export const BANK = 'bank'
export const REFUNDS_PAYABLE = 'refunds:payable'
/** What gateways keep of payments. */
const GATEWAY_FEES = 'gateway-fees'

/** The clearing account of a gateway: what it owes us, as a debit. */
export function clearingAccount(gateway: string): string {
  return `gateway:${gateway}`
}

/** Why received money could not go to its order. */
export type SuspenseReason = { kind: PaymentExceptionKind; detail: string; now: Date }

/**
 * Books the money of a payment that was paid now, once: to its order, or to suspense with a task for a person; and
 * what the gateway kept of it, when that is known.
 * Repeating it with the same target changes nothing; with the other one it throws. Worker transactions only.
 */
export async function bookReceived(
  tx: Tx,
  payment: HeldPayment,
  to: 'order' | 'suspense',
  reason?: SuspenseReason,
): Promise<'posted' | 'repeated'> {
  if (payment.received === null) throw new Error(`payment ${payment.id} has received nothing`)
  const posting = postJournal(tx, {
    id: newId(),
    businessKey: `payment:${payment.id}:received`,
    kind: 'payment.received',
    transfers: [
      {
        debit: clearingAccount(payment.gateway),
        credit: to === 'order' ? UNEARNED : SUSPENSE,
        amount: payment.received,
      },
    ],
  })
  // The fees' account comes last, so that nobody waits for another account while holding it.
  const [posted] = await Promise.all([
    posting,
    markBooked(tx, payment.id, to),
    bookGatewayFee(tx, payment, payment.gatewayFee ?? 0),
  ])
  if (posted === 'posted' && reason !== undefined) {
    await openException(tx, { ...reason, paymentId: payment.id, amount: payment.received })
  }
  return posted
}

/** Books what a gateway kept of a payment, once; nothing is booked for nothing. Worker transactions only. */
export async function bookGatewayFee(
  tx: Tx,
  payment: Pick<HeldPayment, 'id' | 'gateway'>,
  amount: number,
): Promise<void> {
  if (amount === 0) return
  await postJournal(tx, {
    id: newId(),
    businessKey: `payment:${payment.id}:fee`,
    kind: 'payment.fee',
    transfers: [{ debit: GATEWAY_FEES, credit: clearingAccount(payment.gateway), amount }],
  })
}
