import { EXAMPLE_ORDER, type OrderNews, type Template } from './letter.ts'
import { greet, moment, openOrder, orderFacts, say } from './words.ts'

export type LineNeedsInput = OrderNews & { item: string; until: Date | null }

/** The supplier refuses what the buyer entered; the buyer can correct it or take the money back. */
export const lineNeedsInput: Template<LineNeedsInput> = {
  example: {
    ...EXAMPLE_ORDER,
    item: 'Mobile Legends – 86 Diamonds',
    until: new Date('2026-11-22T08:30:00Z'),
  },
  write: (news, locale) => {
    const until = news.until === null ? say(locale, '24 jam', '24 hours') : moment(locale, news.until)
    const before =
      news.until === null
        ? say(locale, 'dalam 24 jam', 'within 24 hours')
        : say(locale, `sebelum ${until}`, `before ${until}`)
    return {
      subject: say(
        locale,
        `Periksa data pesanan: ${news.orderNumber}`,
        `Please check your order: ${news.orderNumber}`,
      ),
      title: say(locale, 'Data tujuan perlu diperiksa', 'The details you entered need a look'),
      paragraphs: [
        greet(locale, news.customer),
        say(
          locale,
          `Penyedia menolak data tujuan untuk ${news.item}. Belum ada yang dibeli. Perbaiki datanya ${before}, atau pilih uang kembali; sesudah itu uang kami kembalikan sendiri.`,
          `The provider refuses the details for ${news.item}. Nothing was bought yet. Correct them ${before}, or choose your money back; after that we return it by ourselves.`,
        ),
      ],
      facts: orderFacts(locale, news),
      ...openOrder(locale, news, say(locale, 'Perbaiki data', 'Correct the details')),
      parameters: [news.orderNumber, news.item, until, news.url],
    }
  },
}
