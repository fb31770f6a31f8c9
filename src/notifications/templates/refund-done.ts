import { formatRupiah } from '#shared/money.ts'
import { EXAMPLE_ORDER, type Template } from './letter.ts'
import type { RefundNews } from './refund-started.ts'
import { amountFact, greet, openOrder, orderFacts, say } from './words.ts'

/** Money went back. */
export const refundDone: Template<RefundNews> = {
  example: { ...EXAMPLE_ORDER, amount: 121_500 },
  write: (news, locale) => {
    const amount = formatRupiah(news.amount)
    return {
      subject: say(locale, `Dana dikembalikan: ${news.orderNumber}`, `Money returned: ${news.orderNumber}`),
      title: say(locale, 'Uang Anda sudah dikembalikan', 'Your money has been returned'),
      paragraphs: [
        greet(locale, news.customer),
        say(
          locale,
          `${amount} sudah kami kirim kembali. Bila belum terlihat, bank atau dompet Anda mungkin masih memprosesnya.`,
          `${amount} has been sent back. If you do not see it yet, your bank or wallet may still be processing it.`,
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
