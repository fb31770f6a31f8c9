import { EXAMPLE_ORDER, type Template } from './letter.ts'
import type { ItemNews } from './invite-sent.ts'
import { greet, moment, openOrder, orderFacts, say } from './words.ts'

export type MembershipEnding = ItemNews & { endsAt: Date | null }

/** A membership ends soon. */
export const membershipEnding: Template<MembershipEnding> = {
  example: {
    ...EXAMPLE_ORDER,
    items: ['ChatGPT Plus – 1 bulan'],
    item: 'ChatGPT Plus – 1 bulan',
    endsAt: new Date('2026-12-21T08:30:00Z'),
  },
  write: (news, locale) => {
    const end = news.endsAt === null ? say(locale, 'segera', 'soon') : moment(locale, news.endsAt)
    return {
      subject: say(
        locale,
        `Langganan segera berakhir: ${news.orderNumber}`,
        `Membership ends soon: ${news.orderNumber}`,
      ),
      title: say(locale, 'Langganan Anda segera berakhir', 'Your membership ends soon'),
      paragraphs: [
        greet(locale, news.customer),
        say(
          locale,
          `Langganan ${news.item} berakhir ${end}. Ingin lanjut? Pesan lagi dengan surel yang sama. Tidak ada yang ditagih sendiri.`,
          `Your membership of ${news.item} ends ${end}. To go on, order again with the same address. Nothing is charged by itself.`,
        ),
      ],
      facts: orderFacts(locale, news),
      ...openOrder(locale, news),
      parameters: [news.orderNumber, news.item, end, news.url],
    }
  },
}
