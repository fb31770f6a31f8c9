import { formatRupiah } from '#shared/money.ts'
import { EXAMPLE_ORDER, type OrderNews, type Template } from './letter.ts'
import { amountFact, greet, openOrder, orderFacts, say } from './words.ts'

/** The money arrived and the order is being worked on. */
export const orderPaid: Template<OrderNews> = {
  example: EXAMPLE_ORDER,
  write: (news, locale) => ({
    subject: say(locale, `Pembayaran diterima: ${news.orderNumber}`, `Payment received: ${news.orderNumber}`),
    title: say(locale, 'Pembayaran Anda sudah kami terima', 'We have received your payment'),
    paragraphs: [
      greet(locale, news.customer),
      say(
        locale,
        'Terima kasih. Pesanan Anda sedang diproses; kami kabari lagi begitu selesai.',
        'Thank you. Your order is being processed; we will write again when it is done.',
      ),
    ],
    facts: [...orderFacts(locale, news), amountFact(locale, news.total)],
    ...openOrder(locale, news),
    parameters: [news.orderNumber, formatRupiah(news.total), news.url],
  }),
}
