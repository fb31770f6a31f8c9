import { orderFields } from './order-fields.ts'
import type { RequestForm } from './request-form.ts'
import { accept, refuse, type VipAnswer } from './vip-answer.ts'
import type { Endpoint, Vip } from './vip-state.ts'

/**
 * Answers `type=status` of an endpoint: always a list, newest first; one id, the newest `limit`, or all.
 * Orders of another endpoint are unknown here. @see suppliers.md 1.3
 */
export function orderStatus(vip: Vip, form: RequestForm, endpoint: Endpoint): VipAnswer {
  const own = vip.orders.filter((order) => order.endpoint === endpoint).reverse()
  const wanted = form.trxid ? own.filter((order) => order.trxid === form.trxid) : own
  const limit = /^\d+$/.test(form.limit ?? '') ? Number(form.limit) : wanted.length
  const rows = wanted.slice(0, limit).map((order) => orderFields(vip, order))
  if (rows.length === 0) return refuse('Transaksi tidak ditemukan.')
  return accept(rows, 'Detail transaksi berhasil didapatkan.')
}
