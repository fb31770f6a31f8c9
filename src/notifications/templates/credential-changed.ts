import { EXAMPLE_ORDER, type Template } from './letter.ts'
import type { ItemNews } from './invite-sent.ts'
import { greet, openOrder, orderFacts, say } from './words.ts'

/** A shared account has a new password: it is on the order's page, never in the message. */
export const credentialChanged: Template<ItemNews> = {
  example: { ...EXAMPLE_ORDER, items: ['Netflix – 1 profil'], item: 'Netflix – 1 profil' },
  write: (news, locale) => ({
    subject: say(
      locale,
      `Data masuk diperbarui: ${news.orderNumber}`,
      `Sign-in details changed: ${news.orderNumber}`,
    ),
    title: say(locale, 'Data masuk Anda diperbarui', 'Your sign-in details have changed'),
    paragraphs: [
      greet(locale, news.customer),
      say(
        locale,
        `Data masuk untuk ${news.item} diganti. Yang baru ada di halaman pesanan; yang lama tidak berlaku lagi.`,
        `The sign-in details for ${news.item} were changed. The new ones are on the order’s page; the old ones no longer work.`,
      ),
    ],
    facts: orderFacts(locale, news),
    ...openOrder(locale, news, say(locale, 'Lihat data masuk', 'See the details')),
    parameters: [news.orderNumber, news.item, news.url],
  }),
}
