import { formatRupiah } from '#shared/money.ts'
import { EXAMPLE_ORDER, type OrderNews, type Template } from './letter.ts'
import { amountFact, greet, openOrder, orderFacts, say } from './words.ts'

export type RefundNews = OrderNews & { amount: number }

/** Money is on its way back. */
export const refundStarted: Template<RefundNews> = {
  example: { ...EXAMPLE_ORDER, amount: 121_500 },
  write: (news, locale) => {
    const amount = formatRupiah(news.amount)
    return {
      subject: say(locale, `Pengembalian dana: ${news.orderNumber}`, `Refund: ${news.orderNumber}`),
      title: say(locale, 'Uang Anda sedang dikembalikan', 'Your money is on its way back'),
      paragraphs: [
        greet(locale, news.customer),
        say(
          locale,
          `Kami sedang mengembalikan ${amount} ke cara bayar yang Anda pakai. Tergantung bank atau dompetnya, ini bisa makan waktu beberapa hari kerja.`,
          `We are returning ${amount} to what you paid with. Depending on the bank or wallet this can take a few working days.`,
        ),
      ],
      facts: [
        ...orderFacts(locale, news),
        amountFact(locale, news.amount, say(locale, 'Dikembalikan', 'Returned')),
      ],
      ...openOrder(locale, news),
      parameters: [news.orderNumber, amount, news.url],
    }
  },
}
