import { formatRupiah } from '#shared/money.ts'
import type { Locale } from '../message-view.ts'
import { EXAMPLE_ORDER, type OrderNews, type Template } from './letter.ts'
import { amountFact, greet, openOrder, orderFacts, say } from './words.ts'

/** Why money does not fit its order. */
export type SurplusKind = 'late' | 'double' | 'underpaid' | 'overpaid' | 'cancelled'

export type PaymentSurplus = OrderNews & { kind: SurplusKind; amount: number }

/** Money arrived that fits no order as it came and goes back whole: what it is, and that it is safe. */
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
        'Uang Anda aman dan tercatat. Kami kabari saat sudah dikembalikan, atau bila kami perlu tahu ke rekening mana.',
        'Your money is safe and on record. We will write when it has been returned, or when we need to know to which account.',
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
        `${amount} kami terima setelah batas waktu, dan pesanannya tidak bisa dikerjakan lagi. Semuanya kami kembalikan; jangan bayar lagi.`,
        `${amount} reached us after the time to pay, and the order can no longer be carried out. We return all of it; please do not pay again.`,
      )
    case 'double':
      return say(
        locale,
        `Selain pembayaran pertama, kami menerima ${amount} lagi untuk pesanan ini. Pembayaran kedua itu kami kembalikan; pesanan Anda tidak terpengaruh.`,
        `Besides the first payment we received ${amount} once more for this order. We return that second payment; your order is not affected.`,
      )
    case 'underpaid':
      return say(
        locale,
        `Kami menerima ${amount}, kurang dari yang diminta, jadi pesanan tidak dikerjakan. Semuanya kami kembalikan; jangan menambah kekurangannya.`,
        `We received ${amount}, less than was asked, so the order was not started. We return all of it; please do not pay the rest.`,
      )
    case 'overpaid':
      return say(
        locale,
        `Kami menerima ${amount}, lebih dari yang diminta, jadi pesanan tidak dikerjakan. Semuanya kami kembalikan; setelah itu silakan pesan lagi.`,
        `We received ${amount}, more than was asked, so the order was not started. We return all of it; then please order again.`,
      )
    case 'cancelled':
      return say(
        locale,
        `${amount} kami terima untuk pesanan yang sudah dibatalkan. Semuanya kami kembalikan; jangan bayar lagi.`,
        `We received ${amount} for an order that was cancelled before. We return all of it; please do not pay again.`,
      )
  }
}
