import { formatRupiah } from '#shared/money.ts'
import { EXAMPLE_ORDER, type Template } from './letter.ts'
import type { RefundNews } from './refund-started.ts'
import { amountFact, greet, openOrder, orderFacts, say } from './words.ts'

/** A person pays the money back and has to know where to: asked for on the order's page, never in a reply. */
export const refundNeedsAccount: Template<RefundNews> = {
  example: { ...EXAMPLE_ORDER, amount: 121_500 },
  write: (news, locale) => {
    const amount = formatRupiah(news.amount)
    return {
      subject: say(
        locale,
        `Ke mana dana dikembalikan? ${news.orderNumber}`,
        `Where may we send your money? ${news.orderNumber}`,
      ),
      title: say(
        locale,
        'Kami perlu tahu ke mana uang Anda dikirim',
        'We need to know where to send your money',
      ),
      paragraphs: [
        greet(locale, news.customer),
        say(
          locale,
          `${amount} tidak bisa kembali lewat cara bayar semula. Isi rekening atau dompet Anda di halaman pesanan, lalu petugas kami mengirimkannya.`,
          `${amount} cannot go back the way it came. Enter your bank account or wallet on the order’s page and our staff will send it.`,
        ),
        say(
          locale,
          'Kami tidak pernah meminta PIN, OTP, atau kata sandi.',
          'We never ask for a PIN, an OTP or a password.',
        ),
      ],
      facts: [
        ...orderFacts(locale, news),
        amountFact(locale, news.amount, say(locale, 'Dikembalikan', 'To be returned')),
      ],
      ...openOrder(locale, news, say(locale, 'Isi rekening', 'Enter an account')),
      parameters: [news.orderNumber, amount, news.url],
    }
  },
}
