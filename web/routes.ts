import { index, route, type RouteConfig } from '@react-router/dev/routes'

const movedTo = 'shop/catalog/moved-catalog.ts'

/** The whole map of pages. */
export default [
  index('shop/home/home-page.tsx'),
  route('products', 'shop/catalog/product-list-page.tsx'),
  route('products/:slug', 'shop/catalog/product-page.tsx'),
  route('checkout/:slug', 'shop/checkout/checkout-page.tsx'),
  route('invoice/:orderNumber', 'shop/order/invoice-page.tsx'),
  route('track', 'shop/order/find-order-page.tsx'),
  route('track/:token', 'shop/order/track-page.tsx'),
  route('faq', 'shop/info/faq-page.tsx'),
  route('terms', 'shop/info/terms-page.tsx'),
  route('privacy', 'shop/info/privacy-page.tsx'),
  route('support', 'shop/info/support-page.tsx'),
  route('produk', movedTo, { id: 'moved-produk' }),
  route('catalog', movedTo, { id: 'moved-catalog' }),
  route('catalog/:slug', movedTo, { id: 'moved-catalog-product' }),
  route('sitemap.xml', 'shop/site/sitemap.ts'),
  route('robots.txt', 'shop/site/robots.ts'),
  route('manifest.webmanifest', 'shop/site/web-manifest.ts'),
  route('*', 'shop/site/not-found-page.tsx'),
] satisfies RouteConfig
