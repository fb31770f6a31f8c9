import { formatRupiah } from '#shared/money.ts'
import type { Locale } from '../message-view.ts'
import { EXAMPLE_ORDER, type OrderNews, type Template } from './letter.ts'
import { amountFact, greet, openOrder, orderFacts, say } from './words.ts'

/** Why money does not fit its order. */
export type SurplusKind = 'late' | 'double' | 'underpaid' | 'overpaid' | 'cancelled'

export type PaymentSurplus = OrderNews & { kind: SurplusKind; amount: number }

/** Money arrived that fits no order as it came: what it is, that it is safe, and what happens with it. */
export const paymentSurplus: Template<PaymentSurplus> = {
  example: { ...EXAMPLE_ORDER, kind: 'late', amount: 121_500 },
  write: (news, locale) => ({
    subject: say(
      locale,
      `Tentang pembayaran Anda: ${news.orderNumber}`,
      `About your payment: ${news.orderNumber}`,
    ),
    title: titleOf(news.kind, locale),
    paragraphs: [
      greet(locale, news.customer),
      storyOf(news.kind, formatRupiah(news.amount), locale),
      say(
        locale,
        'Uang Anda aman dan tercatat. Anda tidak perlu membayar lagi; kami kabari begitu ada langkah berikutnya.',
        'Your money is safe and on record. There is no need to pay again; we will write as soon as there is a next step.',
      ),
    ],
    facts: [
      ...orderFacts(locale, news),
      amountFact(locale, news.amount, say(locale, 'Kami terima', 'We received')),
    ],
    ...openOrder(locale, news),
    parameters: [news.orderNumber, titleOf(news.kind, locale), formatRupiah(news.amount), news.url],
  }),
}

function titleOf(kind: SurplusKind, locale: Locale): string {
  switch (kind) {
    case 'late':
      return say(locale, 'Pembayaran Anda datang terlambat', 'Your payment came late')
    case 'double':
      return say(locale, 'Pesanan ini terbayar dua kali', 'This order was paid twice')
    case 'underpaid':
      return say(locale, 'Pembayaran Anda kurang', 'Your payment was too little')
    case 'overpaid':
      return say(locale, 'Pembayaran Anda lebih', 'Your payment was too much')
    case 'cancelled':
      return say(
        locale,
        'Ada pembayaran untuk pesanan yang dibatalkan',
        'There was a payment for a cancelled order',
      )
  }
}

function storyOf(kind: SurplusKind, amount: string, locale: Locale): string {
  switch (kind) {
    case 'late':
      return say(
        locale,
        `${amount} kami terima setelah batas waktu pesanan lewat. Petugas kami memeriksa: pesanan tetap diproses, atau uangnya dikembalikan.`,
        `${amount} reached us after the time to pay was over. Our staff look at it: the order goes on, or the money is returned.`,
      )
    case 'double':
      return say(
        locale,
        `Selain pembayaran pertama, kami menerima ${amount} lagi untuk pesanan ini. Kelebihannya kami kembalikan.`,
        `Besides the first payment we received ${amount} once more for this order. What was paid too much is returned.`,
      )
    case 'underpaid':
      return say(
        locale,
        `Kami menerima ${amount}, kurang dari jumlah pesanan, jadi pesanan belum bisa diproses. Petugas kami memeriksa dan mengembalikan uangnya bila perlu.`,
        `We received ${amount}, less than the order needs, so it cannot be processed yet. Our staff look at it and return the money where needed.`,
      )
    case 'overpaid':
      return say(
        locale,
        `Kami menerima ${amount}, lebih dari jumlah pesanan. Kelebihannya kami kembalikan.`,
        `We received ${amount}, more than the order needs. What was paid too much is returned.`,
      )
    case 'cancelled':
      return say(
        locale,
        `${amount} kami terima untuk pesanan yang sudah dibatalkan. Uangnya kami kembalikan.`,
        `We received ${amount} for an order that was cancelled before. The money is returned.`,
      )
  }
}
