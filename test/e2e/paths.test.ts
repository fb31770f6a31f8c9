import { expect, makeOrder, test } from './shop-test.ts'

test.use({ expectedNoise: [/status of 404/] })

/** Path, status, and the canonical address or where it leads. */
const PATHS: readonly [path: string, status: number, leads: string | null][] = [
  ['/', 200, '/'],
  ['/?utm_source=x', 200, '/'],
  ['/products', 200, '/products'],
  ['/products/mobile-legends', 200, '/products/mobile-legends'],
  ['/products/mobile-legends?sku=ML-86', 200, '/products/mobile-legends'],
  ['/products/no-such-product', 404, null],
  ['/checkout/mobile-legends', 303, '/products/mobile-legends'],
  ['/checkout/no-such-product', 404, null],
  ['/invoice/LPK-NONE', 404, null],
  ['/track', 200, '/track'],
  ['/track/no-such-order-token-at-all', 404, null],
  ['/faq', 200, '/faq'],
  ['/terms', 200, '/terms'],
  ['/privacy', 200, '/privacy'],
  ['/support', 200, '/support'],
  ['/produk', 301, '/products'],
  ['/catalog', 301, '/products'],
  ['/catalog/mobile-legends', 301, '/products/mobile-legends'],
  ['/sitemap.xml', 200, null],
  ['/robots.txt', 200, null],
  ['/manifest.webmanifest', 200, null],
  ['/no-such-page', 404, null],
  ['/api/no-such-route', 404, null],
  // The language asked for is remembered, so these come last.
  ['/products?lang=en&category=game', 200, '/products?lang=en'],
  ['/', 200, '/?lang=en'],
]

test('every address answers as written down', async ({ request, baseURL }) => {
  const found: [string, number, string | null][] = []
  for (const [path] of PATHS) {
    const answer = await request.get(path, { maxRedirects: 0 })
    const location = answer.headers()['location']
    const canonical = /rel="canonical" href="([^"]+)"/
      .exec(await answer.text())?.[1]
      ?.replaceAll('&amp;', '&')
    const leads = location ?? canonical ?? null
    found.push([path, answer.status(), leads?.replace(baseURL ?? '', '') ?? null])
  }
  expect(found).toEqual(PATHS)
})

test('an unknown order and a foreign one show the same page', async ({ page, browser, baseURL }) => {
  const order = await makeOrder(page, 'GPLAY-20K')
  const stranger = await browser.newPage()
  const texts: string[] = []
  for (const path of [
    `/invoice/${order.orderNumber}`,
    `/invoice/${order.orderNumber}?t=${order.trackingToken.slice(0, -2)}xx`,
    '/invoice/LPK-NONE',
    '/track/no-such-order-token-at-all',
  ]) {
    const answer = await stranger.goto(`${baseURL}${path}`)
    expect(answer?.status()).toBe(404)
    texts.push(await stranger.getByRole('main').innerText())
  }
  await stranger.close()
  expect(new Set(texts).size).toBe(1)
  expect(texts[0]).toContain('Pesanan tidak ditemukan')
})

test('the list offers only deliveries that something is sold by', async ({ page }) => {
  await page.goto('/products')
  const kinds = page.getByRole('group', { name: 'Cara kirim' }).getByRole('link')
  await expect(kinds).toHaveText(['Semua cara kirim', 'Top up langsung', 'Kode instan', 'Undangan akun'])
})

test('a page that does not exist leads on', async ({ page }) => {
  const answer = await page.goto('/no-such-page')
  expect(answer?.status()).toBe(404)
  await expect(page.getByRole('heading', { name: 'Halaman tidak ditemukan' })).toBeVisible()
  await page.getByRole('link', { name: 'Lihat semua produk' }).click()
  await expect(page.getByRole('heading', { name: 'Semua produk' })).toBeVisible()
})
