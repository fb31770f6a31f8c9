import type { MetaDescriptor } from 'react-router'
import { localePath } from '../i18n/locale.ts'
import type { PageFacts } from './page-facts.ts'

export type PageHead = {
  title: string
  description: string
  /** Absolute or root-relative address of the picture for share cards. */
  image?: string
  jsonLd?: Record<string, unknown>[]
  /** Kept out of search engines: no canonical address, no share card. */
  hidden?: boolean
}

/** The `<head>` entries of a page: title, canonical address, languages, share card, structured data. */
export function pageHead(page: PageFacts, head: PageHead): MetaDescriptor[] {
  const title = `${head.title} – ${page.shopName}`
  const entries: MetaDescriptor[] = [{ title }, { name: 'description', content: head.description }]
  if (head.hidden) return [...entries, { name: 'robots', content: 'noindex' }]
  const address = (locale: 'id' | 'en') => page.origin + localePath(page.path, locale)
  const image = new URL(head.image ?? '/share.jpg', page.origin).href
  entries.push(
    { tagName: 'link', rel: 'canonical', href: address(page.locale) },
    { tagName: 'link', rel: 'alternate', hrefLang: 'id', href: address('id') },
    { tagName: 'link', rel: 'alternate', hrefLang: 'en', href: address('en') },
    { property: 'og:title', content: head.title },
    { property: 'og:description', content: head.description },
    { property: 'og:type', content: 'website' },
    { property: 'og:url', content: address(page.locale) },
    { property: 'og:site_name', content: page.shopName },
    { property: 'og:image', content: image },
    { name: 'twitter:card', content: 'summary_large_image' },
  )
  for (const entry of head.jsonLd ?? []) {
    entries.push({ 'script:ld+json': { '@context': 'https://schema.org', ...entry } })
  }
  return entries
}

/** The path from the home page to here, for search engines. Names and root-relative paths. */
export function breadcrumbList(page: PageFacts, trail: readonly { name: string; path: string }[]) {
  return {
    '@type': 'BreadcrumbList',
    itemListElement: trail.map((step, index) => ({
      '@type': 'ListItem',
      position: index + 1,
      name: step.name,
      item: page.origin + localePath(step.path, page.locale),
    })),
  }
}
