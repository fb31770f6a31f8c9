import type { LoaderFunctionArgs } from 'react-router'
import { readPage } from '../page-facts.ts'

export function loader(args: LoaderFunctionArgs): Response {
  const { page } = readPage(args)
  const lines = [
    'User-agent: *',
    'Disallow: /api/',
    'Disallow: /checkout/',
    'Disallow: /invoice/',
    'Disallow: /track/',
    `Sitemap: ${page.origin}/sitemap.xml`,
    '',
  ]
  return new Response(lines.join('\n'), {
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'public, max-age=3600' },
  })
}
