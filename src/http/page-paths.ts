import type { HeaderClass } from './security-headers.ts'

/** What the server knows of a page before it is rendered. */
export type PagePath = {
  /** The template the log shows; tokens and order numbers never stand in it. */
  template: string
  headers: HeaderClass
  /** Query names the page depends on; null when the page must never be kept. */
  cachedQuery: readonly string[] | null
}

const LANGUAGE = ['lang']

/** Public pages and the part of their address that changes them; everything else is dropped before rendering. */
const CACHEABLE: Record<string, readonly string[]> = {
  '/': LANGUAGE,
  '/products': ['lang', 'category', 'type', 'q', 'cursor', 'page', 'limit', 'sort'],
  '/products/:slug': ['lang', 'sku'],
  '/faq': LANGUAGE,
  '/terms': LANGUAGE,
  '/privacy': LANGUAGE,
  '/support': LANGUAGE,
  '/sitemap.xml': [],
  '/robots.txt': [],
  '/manifest.webmanifest': LANGUAGE,
}

const OTHER_TEMPLATES = [
  '/checkout/:slug',
  '/invoice/:orderNumber',
  '/track',
  '/track/:token',
  '/produk',
  '/catalog',
  '/catalog/:slug',
]

const ORDER_PAGES = new Set(['/checkout/:slug', '/invoice/:orderNumber', '/track/:token'])

const BY_SEGMENT = new Map(
  [...Object.keys(CACHEABLE), ...OTHER_TEMPLATES]
    .filter((template) => template.includes('/:'))
    .map((template) => [template.split('/')[1] ?? '', template]),
)

const EXACT = new Set(
  [...Object.keys(CACHEABLE), ...OTHER_TEMPLATES].filter((template) => !template.includes(':')),
)

/** What is known of the page at `pathname`. Unknown addresses share one template. */
export function pagePath(pathname: string): PagePath {
  const template = templateOf(pathname)
  const headers = ORDER_PAGES.has(template) ? 'orderPage' : 'page'
  return { template, headers, cachedQuery: CACHEABLE[template] ?? null }
}

function templateOf(pathname: string): string {
  if (EXACT.has(pathname)) return pathname
  const [, first = '', second, ...rest] = pathname.split('/')
  const template = BY_SEGMENT.get(first)
  return template !== undefined && second !== undefined && second !== '' && rest.length === 0
    ? template
    : '/*'
}
