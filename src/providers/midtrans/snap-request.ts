import type { GatewayOrder } from '../../payments/ports.ts'
import { expiryMinutes, MAX_TEXT, toCustomer, toItems } from './order-details.ts'
import { formatSnapTime } from './wire-format.ts'

/**
 * What the page offers, of what the account has. All of the documented list but DANA: its state cannot be asked for by
 * our reference, and its messages may name another one, so that its money would be found by nobody.
 * @see payments.md 1.2, 1.5
 */
const OFFERED = [
  'credit_card',
  'gopay',
  'shopeepay',
  'ovo',
  'other_qris',
  'bca_va',
  'bni_va',
  'bri_va',
  'cimb_va',
  'permata_va',
  'danamon_va',
  'bsi_va',
  'seabank_va',
  'saqu_va',
  'other_va',
  'echannel',
  'indomaret',
  'alfamart',
  'akulaku',
  'kredivo',
  'uob_ezpay',
]

/** The body of a Snap request. Its items add up to the amount: a fee or a discount becomes a line of its own. */
export function toSnapRequest(order: GatewayOrder): Record<string, unknown> {
  return {
    transaction_details: { order_id: order.reference, gross_amount: order.amount },
    item_details: toItems(order),
    customer_details: toCustomer(order.customer),
    enabled_payments: OFFERED,
    expiry: {
      start_time: formatSnapTime(order.now),
      duration: expiryMinutes(order),
      unit: 'minute',
    },
    ...(order.returnUrl.length <= MAX_TEXT ? { callbacks: { finish: order.returnUrl } } : {}),
  }
}
