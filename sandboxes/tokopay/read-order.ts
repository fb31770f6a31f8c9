import { z } from 'zod'
import type { BillWish } from './bill.ts'
import { findChannel, MAX_QRIS, type Channel } from './channels.ts'
import { sign } from './signature.ts'
import type { Tokopay } from './tokopay-state.ts'

/** An error the way Tokopay tells it: numeric status 0. */
export type Problem = { rc: number; message: string }

/** What an order call asks for: enough to find a bill, and a way to check the rest when there is none yet. */
export type OrderCall = { refId: string; wish(): BillWish | Problem }

const advancedSchema = z.object({
  merchant_id: z.string(),
  kode_channel: z.string(),
  reff_id: z.string().min(1),
  amount: z.int().min(1),
  customer_name: z.string().min(1),
  customer_email: z.string().min(1),
  customer_phone: z.string().min(1),
  redirect_url: z.string().optional(),
  expired_ts: z.int().min(0),
  signature: z.string(),
  items: z.array(z.object({ name: z.string(), price: z.number() })).optional(),
})

/** Reads `GET /v1/order`, where the secret stands in the address. @see payments.md 2.2 */
export function readSimpleOrder(
  tokopay: Tokopay,
  query: Record<string, string | undefined>,
): OrderCall | Problem {
  if (query.merchant !== tokopay.merchantId || query.secret !== tokopay.secret) return WRONG_ACCOUNT
  const refId = query.ref_id ?? ''
  if (refId === '') return { rc: 400, message: 'ref_id tidak boleh kosong' }
  return {
    refId,
    wish() {
      const nominal = Number(query.nominal)
      const channel = openChannel(tokopay, query.metode ?? '', nominal)
      if ('rc' in channel) return channel
      const customer = { name: '', email: '', phone: '' }
      return { refId, nominal, channel, customer, redirectUrl: '', items: [], expiresAtSeconds: 0 }
    },
  }
}

/** Reads `POST /v1/order`, signed by md5 instead of carrying the secret. @see payments.md 2.3 */
export function readAdvancedOrder(tokopay: Tokopay, body: unknown): OrderCall | Problem {
  const parsed = advancedSchema.safeParse(body)
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.') ?? ''
    return { rc: 400, message: `Parameter tidak valid ${field}`.trim() }
  }
  const order = parsed.data
  if (order.merchant_id !== tokopay.merchantId) return WRONG_ACCOUNT
  if (order.signature !== sign(tokopay.merchantId, tokopay.secret, order.reff_id)) {
    return { rc: 401, message: 'Signature tidak valid' }
  }
  return {
    refId: order.reff_id,
    wish() {
      const channel = openChannel(tokopay, order.kode_channel, order.amount)
      if ('rc' in channel) return channel
      const isPast =
        order.expired_ts !== 0 && order.expired_ts * 1_000 <= tokopay.context.clock.now().getTime()
      if (isPast) return { rc: 400, message: 'expired_ts sudah lewat' }
      return {
        refId: order.reff_id,
        nominal: order.amount,
        channel,
        customer: { name: order.customer_name, email: order.customer_email, phone: order.customer_phone },
        redirectUrl: order.redirect_url ?? '',
        items: order.items ?? [],
        expiresAtSeconds: order.expired_ts,
      }
    },
  }
}

const WRONG_ACCOUNT: Problem = { rc: 401, message: 'Merchant ID atau secret tidak valid' }

function openChannel({ settings }: Tokopay, code: string, nominal: number): Channel | Problem {
  const channel = findChannel(code)
  if (!channel || settings.closedChannels.includes(code)) {
    return { rc: 500, message: 'Metode pembayaran tidak tersedia' }
  }
  if (!Number.isSafeInteger(nominal) || nominal < 1) return { rc: 400, message: 'Nominal tidak valid' }
  const isTooMuch = channel.group === 'qris' && nominal > MAX_QRIS
  return isTooMuch ? { rc: 400, message: 'Nominal melebihi batas QRIS' } : channel
}
