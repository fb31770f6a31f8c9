import { EXAMPLE_ORDER, type OrderNews, type Template } from './letter.ts'
import { amountFact, greet, openOrder, orderFacts, say } from './words.ts'

/** Everything of the order is there; goods are shown on its page only. */
export const orderDelivered: Template<OrderNews> = {
  example: EXAMPLE_ORDER,
  write: (news, locale) => ({
    subject: say(locale, `Pesanan selesai: ${news.orderNumber}`, `Order complete: ${news.orderNumber}`),
    title: say(locale, 'Pesanan Anda sudah selesai', 'Your order is complete'),
    paragraphs: [
      greet(locale, news.customer),
      say(
        locale,
        'Semuanya sudah terkirim. Kode dan rinciannya ada di halaman pesanan; simpan tautannya untuk Anda sendiri.',
        'Everything has been delivered. Codes and details are on the order’s page; keep the link to yourself.',
      ),
    ],
    facts: [...orderFacts(locale, news), amountFact(locale, news.total)],
    ...openOrder(locale, news, say(locale, 'Buka pesanan', 'Open the order')),
    parameters: [news.orderNumber, news.url],
  }),
}
