import { openExceptionAccount, openRefundAccount, refundOrder, type RefundOrderRefusal } from '#orders'
import { findTask, listTasks, type TaskRefusal } from '#reports'
import { formatRupiah } from '#shared/money.ts'
import { err } from '#shared/result.ts'
import type { App } from '../app.ts'
import { decideTask } from './decide-task.ts'
import type { Shop } from './shop.ts'

/** What waits for a person, and what a person may decide. */
export function tasksApp(shop: Shop): App['tasks'] {
  return {
    list: (query) => listTasks(shop.db, query),
    find: (id) => findTask(shop.db, id),
    decide: (id, decision, by) => decideTask(shop, id, decision, by),
    async account(id, by) {
      const task = await findTask(shop.db, id)
      const row = id.slice(id.indexOf(':') + 1)
      switch (task?.kind) {
        case 'refund_manual':
          return await openRefundAccount(shop, row, by)
        case 'payment_exception':
          return await openExceptionAccount(shop, row, by)
        default:
          return undefined
      }
    },
    async refund(orderNumber, wish, by) {
      const given = await refundOrder(shop, orderNumber, wish, by)
      return given.ok ? given : err(refusalOf(given.error))
    },
  }
}

function refusalOf(refusal: RefundOrderRefusal): TaskRefusal {
  const { code } = refusal
  switch (code) {
    case 'order_unknown':
      return { code: 'not_found', detail: 'pesanan tidak dikenal / no such order' }
    case 'line_unknown':
      return { code: 'not_found', detail: 'baris tidak dikenal / no such line' }
    case 'invalid_request':
      return {
        code: 'invalid_request',
        detail: 'alasan, dan rupiah bulat di atas 0 / a reason, and whole rupiah above 0',
      }
    case 'line_open':
      return { code: 'not_allowed', detail: 'barang masih bisa datang / goods may still arrive' }
    case 'not_refundable':
      return { code: 'not_allowed', detail: 'tidak ada uang pesanan ini / there is no money of this order' }
    case 'nothing_left':
      return {
        code: 'not_allowed',
        detail: `sisanya paling banyak / at most ${formatRupiah(refusal.available)} is left`,
      }
  }
}
