import { orderTexts } from '../../i18n/order-texts.ts'
import { localePath } from '../../i18n/locale.ts'
import { supportLinks } from '../info/support-links.ts'
import { orderPage, readPage, type PageArgs } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { paceOf } from './order-progress.ts'

/** How often an order's page loads itself anew where scripts are off. */
const REFRESH_SECONDS = { live: 10, slow: 60, still: null } as const

/**
 * Loader data of an order page. An unknown token, or one of another order than `orderNumber`, answers 404
 * with a page that says how to find the order; nothing tells the cases apart.
 */
export async function loadOrder(args: PageArgs, token: string | undefined, orderNumber?: string) {
  const { app, page, url } = readPage(args)
  const view = token ? await app.orders.track(token) : undefined
  const isRightOne = view !== undefined && (orderNumber === undefined || view.orderNumber === orderNumber)
  if (!isRightOne || !token) return orderPage({ page, order: null, refreshSeconds: null }, { status: 404 })
  const params = new URLSearchParams(url.search)
  const note = params.get('note')
  params.delete('note')
  const search = params.toString()
  const order = {
    view,
    token,
    note,
    locale: page.locale,
    origin: page.origin,
    snap: app.shop.snap,
    support: supportLinks(app.shop, page.locale, view.orderNumber),
    selfPath: search ? `${page.path}?${search}` : page.path,
  }
  return orderPage({ page, order, refreshSeconds: REFRESH_SECONDS[paceOf(view)] })
}

type LoadedOrder = Awaited<ReturnType<typeof loadOrder>>['data']

/** The `<head>` of an order page; never indexed. */
export function orderHead(loaded: LoadedOrder | undefined) {
  if (!loaded) return []
  const { page, order } = loaded
  const texts = orderTexts[page.locale]
  const title = order ? texts.title(order.view.orderNumber) : texts.missingTitle
  return pageHead(page, { title, description: texts.description, hidden: true })
}

/** Where to look for an order by hand. */
export function findOrderPath(locale: 'id' | 'en'): string {
  return localePath('/track', locale)
}
