import type { SupplierOrder } from '../ports.ts'

/** What an order of ours looks like in the supplier's list. */
export type SoughtOrder = { targetNo: string; targetZone: string; displayName: string }

/** Orders for the same target, zone and product. Names are compared without regard to case and spacing. */
export function matchOrders(orders: readonly SupplierOrder[], sought: SoughtOrder): SupplierOrder[] {
  const name = normalise(sought.displayName)
  return orders.filter(
    (order) =>
      order.targetNo.trim() === sought.targetNo.trim() &&
      order.targetZone.trim() === sought.targetZone.trim() &&
      normalise(order.displayName) === name,
  )
}

function normalise(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase()
}
