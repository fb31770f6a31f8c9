import type { App } from '../../../src/app.ts'
import type { PaymentMethodOffer, TrackView } from '../../../src/orders/order-view.ts'
import type { Locale } from '../../i18n/locale.ts'
import type { SupportLinks } from '../info/support-links.ts'
import type { OrderAnswer } from './order-actions.ts'

/** An order with what its page needs to draw it. */
export type ShownOrder = {
  view: TrackView
  token: string
  locale: Locale
  origin: string
  snap: App['shop']['snap']
  support: SupportLinks
  /** Where the buttons of the page post to: the page itself. */
  selfPath: string
  note: string | null
  /** When the server drew the page, ISO 8601: clocks of phones are often wrong. */
  now: string
  /** The ways to pay an order that can be paid anew; else empty. */
  methods: readonly PaymentMethodOffer[]
  /** The merchant's name in the QR code, as banking apps show it. */
  merchant: string | undefined
  /** Rules of delivered goods by product slug, in the reader's language. */
  rules: Readonly<Record<string, string>>
  /** A form of this page that was refused, with everything that was typed. */
  answer?: OrderAnswer | undefined
}
