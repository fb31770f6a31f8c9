import { data, type HeadersArgs, type RouterContextProvider } from 'react-router'
import type { App } from '../../src/app.ts'
import { appContext, visitorContext } from '../app-context.ts'
import type { Locale } from '../i18n/locale.ts'

/** What every page knows about itself. `path` has neither origin nor query. */
export type PageFacts = { origin: string; path: string; locale: Locale; shopName: string }

/** The arguments of a loader or an action, as far as pages use them. */
export type PageArgs = {
  request: Request
  context: Readonly<RouterContextProvider>
  params: Record<string, string | undefined>
}

/** How long a shared cache may serve a public page, fresh and then while it fetches anew. */
const PUBLIC_CACHE = 'public, max-age=0, s-maxage=60, stale-while-revalidate=600'

/** The domain, the visitor and the facts of the requested page. */
export function readPage({ request, context }: PageArgs) {
  const app: App = context.get(appContext)
  const visitor = context.get(visitorContext)
  const url = new URL(request.url)
  const page: PageFacts = {
    origin: app.shop.origin,
    path: url.pathname.replace(/\.data$/, ''),
    locale: visitor.locale,
    shopName: app.shop.name,
  }
  return { app, visitor, url, page }
}

/**
 * Loader data of a page that is the same for everyone. When the language came from a cookie instead of the
 * address, shared caches must not keep it, so it is marked private.
 */
export function publicPage<T>(value: T, locale: Locale, url: URL) {
  const addressLocale = url.searchParams.get('lang') === 'en' ? 'en' : 'id'
  const cache = addressLocale === locale ? PUBLIC_CACHE : 'private, no-cache'
  return data(value, { headers: { 'Cache-Control': cache } })
}

/**
 * Headers of pages about one buyer's order. The referrer policy is `same-origin`: with `no-referrer`
 * browsers send `Origin: null` with our own forms, which the cross-site check of form posts must refuse.
 */
export const ORDER_PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'same-origin',
  'X-Robots-Tag': 'noindex',
}

/** Loader data of a page about one buyer: never stored, never indexed, its address never passed on. */
export function orderPage<T>(value: T, init: { status?: number } = {}) {
  return data(value, { ...init, headers: ORDER_PAGE_HEADERS })
}

/** The `headers` export of pages: what their loader (or action) decided. */
export function headersOfLoader({ loaderHeaders, actionHeaders, errorHeaders }: HeadersArgs): Headers {
  const headers = new Headers(errorHeaders ?? loaderHeaders)
  for (const [name, value] of actionHeaders) if (name !== 'set-cookie') headers.set(name, value)
  return headers
}
