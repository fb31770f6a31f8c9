import { formatRupiah } from '#shared/money.ts'
import { EXAMPLE_ORDER, type OrderNews, type Template } from './letter.ts'
import { amountFact, greet, openOrder, orderFacts, say } from './words.ts'

export type OrderWithRefund = OrderNews & { refund: number }

/** Some of the order is there, and the money for the rest goes back. */
export const orderPartial: Template<OrderWithRefund> = {
  example: { ...EXAMPLE_ORDER, refund: 21_500 },
  write: (news, locale) => {
    const amount = formatRupiah(news.refund)
    return {
      subject: say(
        locale,
        `Pesanan selesai sebagian: ${news.orderNumber}`,
        `Order partly delivered: ${news.orderNumber}`,
      ),
      title: say(locale, 'Sebagian pesanan Anda terkirim', 'Part of your order has been delivered'),
      paragraphs: [
        greet(locale, news.customer),
        say(
          locale,
          `Maaf, ada bagian pesanan yang tidak bisa kami kirim. Uangnya, ${amount}, kami kembalikan; Anda tidak perlu meminta.`,
          `We are sorry: part of your order could not be delivered. Its money, ${amount}, is returned to you; you need not ask for it.`,
        ),
      ],
      facts: [
        ...orderFacts(locale, news),
        amountFact(locale, news.refund, say(locale, 'Dikembalikan', 'Returned')),
      ],
      ...openOrder(locale, news),
      parameters: [news.orderNumber, amount, news.url],
    }
  },
}
