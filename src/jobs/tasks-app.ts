import { openRefundAccount, refundOrder, type RefundOrderRefusal } from '#orders'
import { findTask, listTasks, type TaskRefusal } from '#reports'
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
      if (task?.kind !== 'refund_manual') return undefined
      return await openRefundAccount(shop, id.slice(id.indexOf(':') + 1), by)
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
    case 'line_unknown':
      return { code: 'not_found', detail: code }
    case 'invalid_request':
      return { code: 'invalid_request', detail: 'a reason, and whole rupiah above 0' }
    case 'line_open':
      return { code: 'not_allowed', detail: 'goods may still arrive' }
    case 'not_refundable':
      return { code: 'not_allowed', detail: 'there is no money of this order' }
    case 'nothing_left':
      return { code: 'not_allowed', detail: `at most Rp${refusal.available} is left of it` }
  }
}
