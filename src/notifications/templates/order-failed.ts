import { formatRupiah } from '#shared/money.ts'
import { EXAMPLE_ORDER, type Template } from './letter.ts'
import type { OrderWithRefund } from './order-partial.ts'
import { amountFact, greet, openOrder, orderFacts, say } from './words.ts'

/** Nothing of a paid order could be delivered, and the money goes back. */
export const orderFailed: Template<OrderWithRefund> = {
  example: { ...EXAMPLE_ORDER, refund: 121_500 },
  write: (news, locale) => {
    const amount = formatRupiah(news.refund)
    return {
      subject: say(
        locale,
        `Pesanan tidak bisa dikirim: ${news.orderNumber}`,
        `Order could not be delivered: ${news.orderNumber}`,
      ),
      title: say(locale, 'Maaf, pesanan Anda tidak bisa dikirim', 'Sorry, your order could not be delivered'),
      paragraphs: [
        greet(locale, news.customer),
        say(
          locale,
          `Uang Anda, ${amount}, kami kembalikan seluruhnya; Anda tidak perlu meminta. Perkembangannya ada di halaman pesanan.`,
          `All of your money, ${amount}, is returned to you; you need not ask for it. The order’s page shows how far it is.`,
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
