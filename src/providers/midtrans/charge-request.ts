import type { GatewayOrder } from '../../payments/ports.ts'
import type { Charge } from './methods.ts'
import { expiryMinutes, MAX_TEXT, toCustomer, toItems } from './order-details.ts'
import { formatSnapTime } from './wire-format.ts'

/** @see payments.md 1.4 */
const MAX_BILL_INFO = 30

/** The body of a charge. Its items add up to the amount, and it ends when the order does. */
export function toChargeRequest(order: GatewayOrder, charge: Charge): Record<string, unknown> {
  return {
    ...toMethod(order, charge),
    transaction_details: { order_id: order.reference, gross_amount: order.amount },
    item_details: toItems(order),
    customer_details: toCustomer(order.customer),
    custom_expiry: {
      order_time: formatSnapTime(order.now),
      expiry_duration: expiryMinutes(order),
      unit: 'minute',
    },
  }
}

function toMethod({ reference, returnUrl }: GatewayOrder, charge: Charge): Record<string, unknown> {
  switch (charge.type) {
    case 'qris':
      return { payment_type: 'qris', qris: { acquirer: 'gopay' } }
    case 'gopay':
      return {
        payment_type: 'gopay',
        ...(returnUrl.length <= MAX_TEXT
          ? { gopay: { enable_callback: true, callback_url: returnUrl } }
          : {}),
      }
    case 'bank_transfer':
      return { payment_type: 'bank_transfer', bank_transfer: { bank: charge.bank } }
    case 'echannel':
      return {
        payment_type: 'echannel',
        echannel: { bill_info1: 'Pesanan', bill_info2: reference.slice(0, MAX_BILL_INFO) },
      }
    case 'cstore':
      return {
        payment_type: 'cstore',
        cstore: { store: charge.store, message: `Pesanan ${reference}`.slice(0, MAX_BILL_INFO) },
      }
  }
}
