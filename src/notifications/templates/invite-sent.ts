import { EXAMPLE_ORDER, type OrderNews, type Template } from './letter.ts'
import { greet, openOrder, orderFacts, say } from './words.ts'

export type ItemNews = OrderNews & { item: string }

/** The provider's own invitation is in the buyer's mailbox and has to be accepted there. */
export const inviteSent: Template<ItemNews> = {
  example: { ...EXAMPLE_ORDER, items: ['ChatGPT Plus – 1 bulan'], item: 'ChatGPT Plus – 1 bulan' },
  write: (news, locale) => ({
    subject: say(locale, `Undangan dikirim: ${news.orderNumber}`, `Invitation sent: ${news.orderNumber}`),
    title: say(locale, 'Undangan Anda sudah dikirim', 'Your invitation has been sent'),
    paragraphs: [
      greet(locale, news.customer),
      say(
        locale,
        `Undangan untuk ${news.item} dikirim langsung oleh penyedianya ke surel yang Anda isi. Buka surel itu dan terima undangannya.`,
        `The invitation to ${news.item} comes straight from its provider to the address you entered. Open that mail and accept it.`,
      ),
      say(
        locale,
        'Belum terlihat? Periksa folder spam atau promosi.',
        'Not there? Look into the spam or promotions folder.',
      ),
    ],
    facts: orderFacts(locale, news),
    ...openOrder(locale, news),
    parameters: [news.orderNumber, news.item, news.url],
  }),
}
