/** What this module tells about an order, as kinds of outbox events. */
export const ORDER_WAITING = 'order.waiting'
export const ORDER_PAID = 'order.paid'
/** How each end of a paid order is told. */
export const ORDER_ENDED = {
  SUCCESS: 'order.delivered',
  PARTIAL: 'order.partial',
  FAILED: 'order.failed',
} as const

/** What this module tells about a line, as kinds of outbox events. */
export const LINE_NEEDS_INPUT = 'line.needs_input'
