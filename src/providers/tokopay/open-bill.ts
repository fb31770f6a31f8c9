import type { GatewayOrder, GatewayPayment, GatewayRefusal } from '../../payments/ports.ts'
import { isPayableQris } from '../../shared/qris.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { billSchema, stateOf, type Bill } from './bill.ts'
import { channelOf, type Channel } from './channels.ts'
import { orderSignature, type Credentials } from './signature.ts'
import type { TokopayApi } from './tokopay-api.ts'

/** A bill that ends sooner could be dead before its page is drawn, or before clocks agree. */
const MIN_LIFE_MS = 5 * 60_000
/** A fee on top stays below a tenth and ten thousand rupiah; more is another bill. */
const SURCHARGE_SHARE = 10
const SURCHARGE_FIXED = 10_000
const MAX_TEXT = 255

/**
 * Opens a bill. Repeating it with the same reference shows the same bill, so it may be repeated after a lost answer:
 * a bill whose answer was lost was never shown to anyone. `taken`: this reference stands for a bill that is no longer
 * open, or for another sum. A server that failed may have sent a wallet's buyer a bill all the same; what only we could
 * show is as good as not opened. @see payments.md 2.3
 */
export async function openBill(
  api: TokopayApi,
  credentials: Credentials,
  order: GatewayOrder,
): Promise<Result<GatewayPayment, GatewayRefusal>> {
  const channel = channelOf(order.method)
  const endsAt = Math.max(order.expiresAt.getTime(), order.now.getTime() + MIN_LIFE_MS)
  const answer = await api.openOrder(toRequest(credentials, order, channel, Math.floor(endsAt / 1_000)))
  const isPushed = channel.method.group === 'ewallet'
  if (answer.kind === 'lost' || (answer.kind === 'failed' && isPushed))
    return err({ code: 'unknown', detail: answer.detail })
  if (answer.kind !== 'answered') return err({ code: 'unavailable', detail: answer.detail })
  const bill = billSchema.safeParse(answer.data)
  if (!bill.success) return err({ code: 'unknown', detail: 'unreadable answer' })
  const { status, total_bayar: payable, trx_id: transactionId } = bill.data
  const state = status === undefined ? 'pending' : (stateOf(status) ?? 'pending')
  if (state !== 'pending') return err({ code: 'taken', detail: `bill ${transactionId} is ${state}` })
  if (!isBillOf(order.amount, payable))
    return err({ code: 'taken', detail: `bill ${transactionId} asks for ${payable} of ${order.amount}` })
  const ways = waysToPay(channel, bill.data)
  if (Object.keys(ways).length === 0) return err({ code: 'unknown', detail: 'no way to pay in the answer' })
  return ok({
    ...ways,
    gatewayTransactionId: transactionId,
    ...(payable === order.amount ? {} : { payable }),
    ...(bill.data.total_diterima === undefined ? {} : { net: bill.data.total_diterima }),
    ...(endsAt === order.expiresAt.getTime() ? {} : { expiresAt: new Date(endsAt) }),
  })
}

function toRequest(
  credentials: Credentials,
  { reference, amount, customer, returnUrl }: GatewayOrder,
  { code }: Channel,
  expiredTs: number,
): Record<string, unknown> {
  return {
    merchant_id: credentials.merchantId,
    kode_channel: code,
    reff_id: reference,
    amount,
    // All three are required; a guest may have left one out.
    customer_name: textOr(customer.name, 'Pembeli'),
    customer_email: textOr(customer.email, '-'),
    customer_phone: textOr(customer.phone, '-'),
    ...(returnUrl.length <= MAX_TEXT ? { redirect_url: returnUrl } : {}),
    expired_ts: expiredTs,
    signature: orderSignature(credentials, reference),
  }
}

/** Their fee may come on top, by a setting of the account. Less than asked is never our bill. @see payments.md 2.6 */
function isBillOf(amount: number, payable: number): boolean {
  return payable >= amount && payable <= amount + Math.floor(amount / SURCHARGE_SHARE) + SURCHARGE_FIXED
}

/** A code that cannot be read or says another sum is not shown: their own page stays. */
function waysToPay(channel: Channel, bill: Bill): GatewayPayment {
  const { qr_string: qr, nomor_va: number, total_bayar: payable } = bill
  const redirectUrl = bill.checkout_url ?? bill.pay_url
  return {
    ...(redirectUrl === undefined ? {} : { redirectUrl }),
    ...(qr !== undefined && isPayableQris(qr, payable) ? { qrString: qr } : {}),
    ...(number !== undefined && channel.bank !== undefined
      ? { virtualAccount: { bank: channel.bank, number } }
      : {}),
  }
}

function textOr(text: string, fallback: string): string {
  return text.trim().slice(0, MAX_TEXT) || fallback
}
