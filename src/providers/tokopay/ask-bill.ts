import type { GatewayAttempt, PaymentFact } from '../../payments/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { billSchema, stateOf } from './bill.ts'
import { channelOf } from './channels.ts'
import type { Credentials } from './signature.ts'
import type { TokopayApi } from './tokopay-api.ts'

/** What asking needs beside the connection. `warn` is told of words that nobody knows. */
export type AskDeps = {
  api: TokopayApi
  credentials: Credentials
  now: () => Date
  warn: (detail: string) => void
}

const MAX_WORD = 40

/**
 * What Tokopay says about a bill. Asking is opening once more with the same reference, so only bills are asked about
 * whose opening was answered: of any other, nobody ever saw a way to pay, and the question would make a bill.
 * @see payments.md 2.9
 */
export async function askBill(
  { api, credentials, now, warn }: AskDeps,
  attempt: GatewayAttempt,
): Promise<Result<PaymentFact, { code: 'unavailable'; detail: string }>> {
  const { reference, method, amount, gatewayTransactionId: known } = attempt
  if (known === undefined) return ok({ state: 'not_found' })
  const channel = channelOf(method)
  const answer = await api.showOrder({ reference, amount, channel: channel.code })
  if (answer.kind !== 'answered') return err({ code: 'unavailable', detail: answer.detail })
  const read = billSchema.safeParse(answer.data)
  const bill = read.data
  if (bill?.status === undefined) return err({ code: 'unavailable', detail: 'unreadable bill' })
  const state = stateOf(bill.status)
  if (state === undefined) warn(`unknown status of a bill: ${bill.status.slice(0, MAX_WORD)}`)
  // Ours is gone and the question made another, which nobody has seen.
  if (bill.trx_id !== known && state !== 'paid') return ok({ state: 'not_found' })
  return ok({
    // A word that nobody knows never says paid, and must not stop buyers who are about to pay.
    state: state ?? 'pending',
    transactionId: bill.trx_id,
    reference: bill.reff_id ?? reference,
    amount: bill.total_bayar,
    ...(bill.total_diterima === undefined ? {} : { net: bill.total_diterima }),
    currency: 'IDR',
    // Without the field the secret, which only this merchant has, vouches for it.
    merchantMatches: bill.merchant_id === undefined || bill.merchant_id === credentials.merchantId,
    method: channel.code,
    at: now(),
    refunds: [],
  })
}
