import type { LoaderFunctionArgs } from 'react-router'
import type { App } from '../../../src/app.ts'
import { readPage } from '../page-facts.ts'

/** Products asked for at once while the sitemap is made. */
const PAGE_SIZE = 100
/** The sitemap protocol's own limit is 50,000 addresses a file; a shop of this kind stays far below it. */
const MAX_PRODUCTS = 20_000

const FIXED_PATHS = ['/', '/products', '/faq', '/support', '/terms', '/privacy']

async function listProductPaths(app: App): Promise<string[]> {
  const paths: string[] = []
  let cursor: string | undefined
  do {
    const batch = await app.catalog.listCards({ limit: PAGE_SIZE, ...(cursor ? { cursor } : {}) })
    paths.push(...batch.cards.map((card) => `/products/${card.slug}`))
    cursor = batch.nextCursor ?? undefined
  } while (cursor && paths.length < MAX_PRODUCTS)
  return paths
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

export async function loader(args: LoaderFunctionArgs): Promise<Response> {
  const { app, page } = readPage(args)
  const paths = [...FIXED_PATHS, ...(await listProductPaths(app))]
  const entries = paths.map((path) => `<url><loc>${escapeXml(page.origin + path)}</loc></url>`)
  const xml = `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${entries.join('\n')}</urlset>`
  return new Response(xml, {
    headers: { 'Content-Type': 'application/xml; charset=utf-8', 'Cache-Control': 'public, max-age=600' },
  })
}
