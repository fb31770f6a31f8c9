import type { Locale } from '../message-view.ts'

/** What a message says, before it gets the form of a channel. Everything is plain text; nothing here is markup. */
export type Letter = {
  /** Free of amounts' details, names and secrets: it shows on locked screens. */
  subject: string
  title: string
  paragraphs: string[]
  /** Label and value, shown as a short list. */
  facts: [label: string, value: string][]
  /** The one thing to do next. */
  action?: { label: string; url: string }
  /** The values of the approved template of the same name at channels that send only those, in order. */
  parameters: string[]
}

/** A kind of message: what it may say, with made-up values for previews and tests. */
export type Template<Values> = {
  example: Values
  write(values: Values, locale: Locale): Letter
}

/** What every message about an order knows. */
export type OrderNews = {
  shop: string
  /** Empty when the name that was given does not look like one. */
  customer: string
  orderNumber: string
  items: readonly string[]
  total: number
  /** The order's page with its token: goods are shown there and never in a message. */
  url: string
}

export const EXAMPLE_ORDER: OrderNews = {
  shop: 'Lapak',
  customer: 'Ani',
  orderNumber: 'LP-7K2M9Q4XA0',
  items: ['Mobile Legends – 86 Diamonds', '2 × Google Play – Rp50.000'],
  total: 121_500,
  url: 'https://shop.example.com/track/4f7Kq2mXz9LpR8sTvWyB3cDeFgH',
}
