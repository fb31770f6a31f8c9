import type { Service } from '../../../src/catalog/service-view.ts'
import { catalogTexts } from '../../i18n/catalog-texts.ts'
import { siteTexts } from '../../i18n/site-texts.ts'
import type { PageFacts } from '../page-facts.ts'
import { breadcrumbList } from '../page-head.ts'

/** The product with its price range, for search engines. A sold-out product names no price. */
export function serviceJsonLd(
  page: PageFacts,
  service: Service,
  description: string,
): Record<string, unknown> {
  const prices = service.products.filter((sku) => sku.available).map((sku) => sku.price)
  const availability = prices.length > 0 ? 'InStock' : 'OutOfStock'
  const offers = {
    '@type': 'AggregateOffer',
    priceCurrency: 'IDR',
    offerCount: service.products.length,
    availability: `https://schema.org/${availability}`,
    ...(prices.length > 0 ? { lowPrice: Math.min(...prices), highPrice: Math.max(...prices) } : {}),
  }
  return {
    '@type': 'Product',
    name: service.name,
    description,
    image: new URL(service.imageUrl, page.origin).href,
    category: service.category.name,
    ...(service.publisher ? { brand: { '@type': 'Brand', name: service.publisher } } : {}),
    offers,
  }
}

/** Home → products → this product. */
export function productTrail(page: PageFacts, service: Service): Record<string, unknown> {
  return breadcrumbList(page, [
    { name: siteTexts[page.locale].home, path: '/' },
    { name: catalogTexts[page.locale].listTitle, path: '/products' },
    { name: service.name, path: `/products/${service.slug}` },
  ])
}
