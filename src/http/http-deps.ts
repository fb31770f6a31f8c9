import type { App } from '../app.ts'
import type { Log } from '#platform/log.ts'
import type { PagesHandler } from './pages.ts'
import type { LimitTable } from './rate-limits.ts'

/** What the HTTP layer must know about its surroundings; parsed and checked by the composition root. */
export type HttpConfig = {
  /** The public origin, for example `https://lapak.example`; a trailing slash is ignored. */
  appUrl: string
  /** Bearer token of operator routes; null or empty closes them. */
  adminToken: string | null
  /** Key of cron routes, as bearer or `?key=`; null or empty leaves them to the operator token. */
  cronKey: string | null
  /** Addresses or CIDR ranges whose `X-Forwarded-For` is believed. Empty: the socket's address counts. */
  trustedProxies: readonly string[]
  /** Origin of the gateway's browser script, pay frame and pay page; null when that gateway is off. */
  snapOrigin: string | null
  /** Further origins a page may redirect to, for example another gateway's pay page. */
  redirectOrigins?: readonly string[]
  /** Limits that replace the defaults by name, or `off` for benchmarks. */
  rateLimits?: Partial<LimitTable> | 'off'
}

/** Tells the page cache that public pages changed: the tags concerned, or `all`. */
export type CacheTags = { subscribe(clear: (tags: readonly string[] | 'all') => void): void }

export type HttpDeps = {
  app: App
  config: HttpConfig
  log: Log
  /** The pages, or null to serve the API alone. @see loadPages */
  pages: PagesHandler | null
  /** Folder of the browser build; null or a missing folder serves none. */
  assetsDir: string | null
  /** A product's picture as SVG text, or undefined when there is no such picture. */
  drawArt?: (slug: string) => string | undefined | Promise<string | undefined>
  cacheTags?: CacheTags
}
