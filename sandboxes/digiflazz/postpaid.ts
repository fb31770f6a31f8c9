import type { Refusal } from './access.ts'
import type { Digiflazz, Transaction } from './digiflazz-state.ts'
import { refundFailed, scheduleEnd } from './finish.ts'
import { dayOf } from './jakarta-time.ts'
import type { Wish } from './transaction.ts'
import { textOfCode, verdict } from './verdicts.ts'
import { sendWebhook } from './webhook.ts'

const BILL = 25_000
/** Last digits of the documented numbers: inquiry fails, payment fails. @see suppliers.md 2.8 */
const NO_BILL = /^[56]3\d+3$/
const FAILS = /^[56]3\d+6$/
const PENDS = /^63/
const TWO_BILLS = /^[56]3\d+2$/

/** One step of a bill: inquiry, payment with the same `ref_id` on the same day, or its state. @see suppliers.md 2.5 */
export function postpaid(df: Digiflazz, wish: Wish, command: string): { transaction: Transaction } | Refusal {
  const known = df.transactions.get(wish.refId)
  const isSame = known !== undefined && known.code === wish.code && known.customer === wish.customer
  if (command === 'inq-pasca') return known === undefined ? inquire(df, wish) : refusal('49')
  if (!isSame) return { rc: '50', message: 'Data belum ada' }
  if (command === 'status-pasca') return { transaction: known }
  if (command !== 'pay-pasca') return refusal('40')
  // Paying twice shows the first payment.
  if (known.price > 0) return { transaction: known }
  if (dayOf(known.createdAt) !== dayOf(df.context.clock.now())) return refusal('50')
  return pay(df, known)
}

function inquire(df: Digiflazz, wish: Wish): { transaction: Transaction } | Refusal {
  const product = df.postpaid.find((row) => row.buyer_sku_code === wish.code)
  if (product === undefined) return refusal('43')
  if (NO_BILL.test(wish.customer)) return refusal('60')
  const bills = TWO_BILLS.test(wish.customer) ? 2 : 1
  const detail = Array.from({ length: bills }, (_, index) => ({
    periode: `20260${index + 1}`,
    nilai_tagihan: String(BILL),
    admin: String(product.admin),
    denda: '0',
  }))
  const found: Transaction = {
    ...verdict('Sukses', '00'),
    refId: wish.refId,
    code: wish.code,
    customer: wish.customer,
    price: 0,
    balanceAfter: df.settings.balance,
    isRefunded: false,
    isPostpaid: true,
    bill: {
      customer_name: 'Nama Pelanggan',
      admin: product.admin * bills,
      periode: detail.map((month) => month.periode).join(','),
      price: bills * (BILL + product.admin - product.commission),
      selling_price: bills * (BILL + product.admin),
      desc: { lembar_tagihan: bills, detail },
    },
    planned: verdict('Sukses', '00', '1234567890'),
    callbackUrl: wish.callbackUrl,
    createdAt: df.context.clock.now(),
  }
  df.transactions.set(wish.refId, found)
  return { transaction: found }
}

function pay(df: Digiflazz, bill: Transaction): { transaction: Transaction } | Refusal {
  const price = Number(bill.bill.price)
  if (df.settings.balance < price) return refusal('44')
  df.settings.balance -= price
  const end = FAILS.test(bill.customer) ? verdict('Gagal', '02') : bill.planned
  Object.assign(bill, {
    ...(PENDS.test(bill.customer) ? verdict('Pending', '03') : end),
    price,
    balanceAfter: df.settings.balance,
    planned: end,
  })
  refundFailed(df, bill)
  sendWebhook(df, bill, 'create')
  if (bill.status === 'Pending') scheduleEnd(df, bill)
  return { transaction: bill }
}

function refusal(rc: string): Refusal {
  return { rc, message: textOfCode(rc) }
}
