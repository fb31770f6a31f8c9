import { tierPrice } from './account-level.ts'
import { isUnknownId } from './nicknames.ts'
import { orderStatus } from './order-status.ts'
import { placeOrder } from './place-order.ts'
import type { RequestForm } from './request-form.ts'
import { accept, refuse, type VipAnswer } from './vip-answer.ts'
import type { Vip } from './vip-state.ts'

/** Answers `/api/prepaid`. @see suppliers.md 1.4 */
export function prepaid(vip: Vip, form: RequestForm): VipAnswer | Promise<VipAnswer> {
  switch (form.type) {
    case 'order':
      return order(vip, form)
    case 'status':
      return orderStatus(vip, form, 'prepaid')
    case 'services':
      return services(vip, form)
    default:
      return refuse(`Type '${form.type}' is not valid`)
  }
}

function order(vip: Vip, form: RequestForm): VipAnswer | Promise<VipAnswer> {
  if (vip.settings.orderMaintenance) return refuse('Ada pemeliharaan sistem transaksi, coba lagi nanti.')
  const { service: code = '', data_no: target = '' } = form
  if (!code || !target) return refuse('Masih ada parameter yang kosong.')
  const product = vip.prepaid.find((candidate) => candidate.code === code)
  if (!product || product.status !== 'available') {
    return refuse('Layanan tidak ditemukan atau saat ini tidak tersedia.')
  }
  const { random } = vip.context
  return placeOrder(vip, {
    endpoint: 'prepaid',
    code,
    service: product.name,
    target,
    zone: '',
    price: tierPrice(vip, product.price),
    extra: {},
    successNote:
      product.type === 'token-pln' ? electricityToken(random.digits(20)) : `SN-${random.digits(16)}`,
    failureNote: isUnknownId(target) ? 'Nomor tujuan salah.' : undefined,
  })
}

function electricityToken(digits: string): string {
  return digits.replace(/(\d{4})(?=\d)/g, '$1-')
}

function services(vip: Vip, form: RequestForm): VipAnswer {
  const message = 'Daftar layanan berhasil didapatkan.'
  if (vip.settings.emptyCatalogue) return accept([], message)
  const value = (form.filter_value ?? '').toLowerCase()
  const rows = vip.prepaid.filter((product) => {
    if (!value) return true
    if (form.filter_type === 'type') return product.type === value
    return form.filter_type !== 'brand' || product.brand.toLowerCase() === value
  })
  return rows.length > 0 ? accept(rows, message) : refuse('Layanan tidak ditemukan.')
}
