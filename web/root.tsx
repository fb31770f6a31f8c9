import type { ReactNode } from 'react'
import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  useLocation,
  useMatches,
  useRouteError,
  useRouteLoaderData,
  type LoaderFunctionArgs,
} from 'react-router'
import { default as enhanceUrl } from './shop/enhance/main.ts?worker&url'
import { readPage } from './shop/page-facts.ts'
import { Failure } from './shop/site/failure.tsx'
import { SiteFrame } from './shop/site/site-frame.tsx'
import stylesheetUrl from './styles.css?url'

export function loader(args: LoaderFunctionArgs) {
  const { page, url } = readPage(args)
  const other = new URLSearchParams(url.search)
  if (page.locale === 'en') other.set('lang', 'id')
  else other.set('lang', 'en')
  return { locale: page.locale, shopName: page.shopName, otherLanguageHref: `${page.path}?${other}` }
}

/** Seconds until a page asks to be loaded again where scripts are off; null when it does not change. */
function refreshSeconds(matches: ReturnType<typeof useMatches>): number | null {
  const loaded = matches.at(-1)?.loaderData
  if (typeof loaded !== 'object' || loaded === null || !('refreshSeconds' in loaded)) return null
  return typeof loaded.refreshSeconds === 'number' ? loaded.refreshSeconds : null
}

export function Layout({ children }: { children: ReactNode }) {
  const root = useRouteLoaderData<typeof loader>('root')
  const { pathname } = useLocation()
  const locale = root?.locale ?? 'id'
  const refresh = refreshSeconds(useMatches())
  return (
    <html lang={locale}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="theme-color" content="#0a0a0b" />
        <Meta />
        <link rel="stylesheet" href={stylesheetUrl} />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        <link rel="apple-touch-icon" href="/icon-180.png" />
        <link rel="manifest" href="/manifest.webmanifest" />
        <Links />
        <script src={enhanceUrl} defer />
        {refresh === null ? null : (
          <noscript>
            <meta httpEquiv="refresh" content={String(refresh)} />
          </noscript>
        )}
      </head>
      <body>
        <SiteFrame
          locale={locale}
          shopName={root?.shopName ?? 'Lapak'}
          otherLanguageHref={root?.otherLanguageHref ?? `${pathname}?lang=en`}
        >
          {children}
        </SiteFrame>
      </body>
    </html>
  )
}

export default function Root() {
  return <Outlet />
}

export function ErrorBoundary() {
  const error = useRouteError()
  const locale = useRouteLoaderData<typeof loader>('root')?.locale ?? 'id'
  return <Failure locale={locale} isMissing={isRouteErrorResponse(error) && error.status === 404} />
}
