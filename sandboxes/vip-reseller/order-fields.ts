import type { Vip, VipOrder } from './vip-state.ts'

/** Returns the fields of an order that answers, status rows and webhooks share. */
export function orderFields(vip: Vip, order: VipOrder): Record<string, unknown> {
  const { settings } = vip
  return {
    trxid: order.trxid,
    data: order.target,
    ...(order.endpoint === 'game' ? { zone: order.zone } : {}),
    ...(order.endpoint === 'prepaid' ? { code: order.code } : {}),
    service: order.service,
    status: settings.statusWords[order.status] ?? order.status,
    note: order.note,
    price: order.isRefunded && settings.zeroPriceAfterRefund ? 0 : order.price,
    ...order.extra,
  }
}
