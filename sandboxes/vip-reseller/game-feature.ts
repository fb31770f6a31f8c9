import { tierPrice } from './account-level.ts'
import type { GameProduct } from './catalogue.ts'
import { isMobileLegendsZone, isUnknownId, nickname } from './nicknames.ts'
import { orderStatus } from './order-status.ts'
import { placeOrder } from './place-order.ts'
import type { RequestForm } from './request-form.ts'
import { accept, refuse, type VipAnswer } from './vip-answer.ts'
import type { Vip } from './vip-state.ts'

/** Extra fields of boosting orders, echoed in their answers. */
const JOKI_FIELDS = ['additional_data', 'quantity'] as const

/** Answers `/api/game-feature`. @see suppliers.md 1.3 */
export function gameFeature(vip: Vip, form: RequestForm): VipAnswer | Promise<VipAnswer> {
  switch (form.type) {
    case 'order':
      return order(vip, form)
    case 'status':
      return orderStatus(vip, form, 'game')
    case 'services':
      return services(vip, form)
    case 'service-stock':
      return stock(vip, form)
    case 'get-nickname':
      return nickname(vip, form)
    default:
      return refuse(`Type '${form.type}' is not valid`)
  }
}

function order(vip: Vip, form: RequestForm): VipAnswer | Promise<VipAnswer> {
  if (vip.settings.orderMaintenance) return refuse('Ada pemeliharaan sistem transaksi, coba lagi nanti.')
  const { service: code = '', data_no: target = '', data_zone: zone = '' } = form
  if (!code || !target) return refuse('Masih ada parameter yang kosong.')
  const product = vip.games.find((candidate) => candidate.code === code)
  if (!product || product.status !== 'available') {
    return refuse('Layanan tidak ditemukan atau saat ini tidak tersedia.')
  }
  const extra = Object.fromEntries(
    JOKI_FIELDS.flatMap((field) => (form[field] ? [[field, form[field]]] : [])),
  )
  const answer = placeOrder(vip, {
    endpoint: 'game',
    code,
    service: `${product.game} - ${product.name}`,
    target,
    zone,
    price: tierPrice(vip, product.price),
    extra,
    successNote: deliveryNote(vip, product),
    failureNote: failureNote(product, target, zone),
  })
  return answer.then((placed) => {
    if (placed.result && product.kind !== 'topup') takePiece(product)
    return placed
  })
}

/** Wrong targets are accepted and fail later, as the documented `Zone tujuan salah.` does. */
function failureNote(product: GameProduct, target: string, zone: string): string | undefined {
  if (product.kind !== 'topup') return undefined
  if (isUnknownId(target)) return 'User ID tidak ditemukan.'
  const needsZone = product.game.startsWith('Mobile Legends') || product.game.startsWith('Magic Chess')
  return needsZone && !isMobileLegendsZone(zone) ? 'Zone tujuan salah.' : undefined
}

function deliveryNote(vip: Vip, product: GameProduct): string {
  const { random } = vip.context
  if (product.kind === 'voucher')
    return `KODE: ${random.code(4)}-${random.code(4)}-${random.code(4)}-${random.code(4)}`
  if (product.kind === 'account') {
    return `EMAIL: demo${random.digits(5)}@akun.example | PASSWORD: ${random.code(10)} | PROFIL: ${1 + random.below(5)}`
  }
  return `SN-${random.digits(14)}`
}

function takePiece(product: GameProduct): void {
  product.stock -= 1
  if (product.stock <= 0) product.status = 'empty'
}

function services(vip: Vip, form: RequestForm): VipAnswer {
  const message = 'Daftar layanan berhasil didapatkan.'
  if (vip.settings.emptyCatalogue) return accept([], message)
  const game = form.filter_game || (form.filter_type === 'game' ? form.filter_value : '')
  const rows = vip.games
    .filter((product) => !game || product.game === game)
    .filter((product) => !form.filter_status || product.status === form.filter_status)
    .map(({ kind: _kind, stock: _stock, ...row }) => row)
  return rows.length > 0 ? accept(rows, message) : refuse('Layanan tidak ditemukan.')
}

function stock(vip: Vip, form: RequestForm): VipAnswer {
  const product = vip.games.find((candidate) => candidate.code === form.service)
  if (!product || product.kind === 'topup') return refuse('Layanan tidak ditemukan.')
  if (product.stock <= 0 || product.status === 'empty') return refuse('Stok tidak tersedia.')
  const { code, name, price, description, stock: pieces, server, status } = product
  // The route is a number here and a text in `services`.
  return accept(
    { code, name, price, description, stock: pieces, server: Number(server), status },
    'Stok tersedia.',
  )
}
