import { formatRupiah } from '#shared/money.ts'
import type { Locale } from '../message-view.ts'
import type { Letter, OrderNews } from './letter.ts'

/** Lines of a long order that are listed; the page shows all. */
const SHOWN_ITEMS = 5

/** The text of the reader's language; Indonesian stands first everywhere. */
export function say(locale: Locale, indonesian: string, english: string): string {
  return locale === 'id' ? indonesian : english
}

/** The greeting, with the name where there is one. */
export function greet(locale: Locale, name: string): string {
  const hello = say(locale, 'Halo', 'Hello')
  return name === '' ? `${hello},` : `${hello} ${name},`
}

/** A moment on the clock of Jakarta, as people write it: `21 Nov 2026, 15.30 WIB`. */
export function moment(locale: Locale, at: Date): string {
  const text = at.toLocaleString(locale === 'id' ? 'id-ID' : 'en-GB', {
    timeZone: 'Asia/Jakarta',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  })
  return `${text} WIB`
}

/** Number and contents of the order. */
export function orderFacts(locale: Locale, news: OrderNews): [string, string][] {
  const items = news.items.slice(0, SHOWN_ITEMS)
  const more = news.items.length - items.length
  const rest = more === 0 ? [] : [say(locale, `dan ${more} lainnya`, `and ${more} more`)]
  return [
    [say(locale, 'Pesanan', 'Order'), news.orderNumber],
    [say(locale, 'Isi', 'Items'), [...items, ...rest].join('\n')],
  ]
}

/** The amount in rupiah with its label. */
export function amountFact(
  locale: Locale,
  amount: number,
  label = say(locale, 'Total', 'Total'),
): [string, string] {
  return [label, formatRupiah(amount)]
}

/** The way to the order's page. */
export function openOrder(
  locale: Locale,
  news: OrderNews,
  label = say(locale, 'Lihat pesanan', 'See the order'),
): Required<Pick<Letter, 'action'>> {
  return { action: { label, url: news.url } }
}
