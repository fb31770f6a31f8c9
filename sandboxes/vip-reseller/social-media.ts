import { orderStatus } from './order-status.ts'
import { isOpen, placeOrder } from './place-order.ts'
import type { RequestForm } from './request-form.ts'
import { accept, refuse, type VipAnswer } from './vip-answer.ts'
import type { Vip } from './vip-state.ts'

/** Answers `/api/social-media`, the part a shop for digital goods meets. @see suppliers.md 1.5 */
export function socialMedia(vip: Vip, form: RequestForm): VipAnswer | Promise<VipAnswer> {
  switch (form.type) {
    case 'order':
      return order(vip, form)
    case 'status':
      return orderStatus(vip, form, 'social')
    case 'services': {
      const rows = vip.social.filter(
        (product) => form.filter_type !== 'category' || product.category === form.filter_value,
      )
      return rows.length > 0
        ? accept(rows, 'Daftar layanan berhasil didapatkan.')
        : refuse('Layanan tidak ditemukan.')
    }
    default:
      return refuse(`Type '${form.type}' is not valid`)
  }
}

function order(vip: Vip, form: RequestForm): VipAnswer | Promise<VipAnswer> {
  const { service = '', data: target = '', quantity: quantityText = '' } = form
  if (!service || !target || !quantityText) return refuse('Masih ada parameter yang kosong.')
  const product = vip.social.find((candidate) => String(candidate.id) === service)
  if (!product) return refuse('Layanan tidak ditemukan atau saat ini tidak tersedia.')
  const quantity = Number(quantityText)
  if (!Number.isSafeInteger(quantity) || quantity < product.min || quantity > product.max) {
    return refuse(`Jumlah pesanan minimal ${product.min} dan maksimal ${product.max}.`)
  }
  if (hasOpenOrder(vip, target)) return refuse('Masih terdapat pesanan pending dengan target yang sama.')
  return placeOrder(vip, {
    endpoint: 'social',
    code: service,
    service: product.name,
    target,
    zone: '',
    price: Math.ceil((product.price * quantity) / 1000),
    extra: { quantity, remain: 0, count: quantity },
    successNote: '',
    failureNote: undefined,
  })
}

function hasOpenOrder(vip: Vip, target: string): boolean {
  return vip.orders.some((other) => other.endpoint === 'social' && other.target === target && isOpen(other))
}
