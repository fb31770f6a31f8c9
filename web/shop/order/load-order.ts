import type { App } from '../../../src/app.ts'
import type { TrackView } from '../../../src/orders/order-view.ts'
import { readQris } from '../../../src/shared/qris.ts'
import { localePath, pickText, type Locale } from '../../i18n/locale.ts'
import { orderTexts } from '../../i18n/order-texts.ts'
import { supportLinks } from '../info/support-links.ts'
import { orderPage, readPage, type PageArgs } from '../page-facts.ts'
import { pageHead } from '../page-head.ts'
import { paceOf } from './order-progress.ts'

/** How often an order's page loads itself anew where scripts are off. */
const REFRESH_SECONDS = { live: 10, slow: 60, still: null } as const

function merchantOf({ payment }: TrackView): string | undefined {
  if (!payment.qrString) return undefined
  const code = readQris(payment.qrString)
  return code.ok ? code.value.merchantName : undefined
}

/** The rules of use of what was delivered from the shelf: shared accounts come with some. */
async function listRules(app: App, view: TrackView, locale: Locale): Promise<Record<string, string>> {
  const slugs = new Set(
    view.lines.filter((line) => line.delivery?.kind === 'codes').map((line) => line.productSlug),
  )
  const services = await Promise.all([...slugs].map((slug) => app.catalog.findService(slug)))
  const rules: Record<string, string> = {}
  for (const service of services) {
    if (service?.notice) rules[service.slug] = pickText(locale, service.notice, service.noticeEn)
  }
  return rules
}

/**
 * Loader data of an order page. An unknown token, or one of another order than `orderNumber`, answers 404
 * with a page that says how to find the order; nothing tells the cases apart.
 */
export async function loadOrder(args: PageArgs, token: string | undefined, orderNumber?: string) {
  const { app, page, url } = readPage(args)
  const view = token ? await app.orders.track(token) : undefined
  const isRightOne = view !== undefined && (orderNumber === undefined || view.orderNumber === orderNumber)
  if (!isRightOne || !token) return orderPage({ page, order: null, refreshSeconds: null }, { status: 404 })
  const [methods, rules] = await Promise.all([
    view.payment.canRenew ? app.orders.paymentMethods(token) : [],
    listRules(app, view, page.locale),
  ])
  const params = new URLSearchParams(url.search)
  const note = params.get('note')
  params.delete('note')
  const search = params.toString()
  const order = {
    view,
    token,
    note,
    methods,
    rules,
    locale: page.locale,
    origin: page.origin,
    now: new Date().toISOString(),
    merchant: merchantOf(view),
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
