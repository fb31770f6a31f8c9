import type { App } from '../../../src/app.ts'
import type { TrackView } from '../../../src/orders/order-view.ts'
import type { Locale } from '../../i18n/locale.ts'
import type { SupportLinks } from '../info/support-links.ts'

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
}
