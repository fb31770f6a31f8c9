import { formatRupiah } from '#shared/money.ts'
import { EXAMPLE_ORDER, type OrderNews, type Template } from './letter.ts'
import { amountFact, greet, moment, openOrder, orderFacts, say } from './words.ts'

export type OrderWaiting = OrderNews & { amount: number; method: string; payBefore: Date }

/** An order waits to be paid: how much, by what, until when. */
export const orderWaiting: Template<OrderWaiting> = {
  example: {
    ...EXAMPLE_ORDER,
    amount: 121_500,
    method: 'QRIS',
    payBefore: new Date('2026-11-21T08:30:00Z'),
  },
  write: (news, locale) => {
    const until = moment(locale, news.payBefore)
    return {
      subject: say(
        locale,
        `Menunggu pembayaran: ${news.orderNumber}`,
        `Waiting for payment: ${news.orderNumber}`,
      ),
      title: say(locale, 'Pesanan Anda menunggu pembayaran', 'Your order is waiting for payment'),
      paragraphs: [
        greet(locale, news.customer),
        say(
          locale,
          `Silakan bayar ${formatRupiah(news.amount)} sebelum ${until}. Setelah lunas, pesanan langsung kami proses.`,
          `Please pay ${formatRupiah(news.amount)} before ${until}. We start on your order as soon as it is paid.`,
        ),
      ],
      facts: [
        ...orderFacts(locale, news),
        amountFact(locale, news.amount, say(locale, 'Bayar', 'To pay')),
        [say(locale, 'Lewat', 'By'), news.method],
        [say(locale, 'Sebelum', 'Before'), until],
      ],
      ...openOrder(locale, news, say(locale, 'Bayar sekarang', 'Pay now')),
      parameters: [news.orderNumber, formatRupiah(news.amount), news.method, until, news.url],
    }
  },
}
