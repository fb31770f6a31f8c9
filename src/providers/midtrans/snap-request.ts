import type { GatewayOrder } from '../../payments/ports.ts'
import { expiryMinutes, MAX_TEXT, toCustomer, toItems } from './order-details.ts'
import { formatSnapTime } from './wire-format.ts'

/** The body of a Snap request. Its items add up to the amount: a fee or a discount becomes a line of its own. */
export function toSnapRequest(order: GatewayOrder): Record<string, unknown> {
  return {
    transaction_details: { order_id: order.reference, gross_amount: order.amount },
    item_details: toItems(order),
    customer_details: toCustomer(order.customer),
    expiry: {
      start_time: formatSnapTime(order.now),
      duration: expiryMinutes(order),
      unit: 'minute',
    },
    ...(order.returnUrl.length <= MAX_TEXT ? { callbacks: { finish: order.returnUrl } } : {}),
  }
}
