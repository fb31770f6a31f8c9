import { expect, makeOrder, test } from './shop-test.ts'

/** Bytes on the wire, compressed. */
const MOST = { document: 30_000, script: 30_000, stylesheet: 20_000 } as const
type Budgeted = keyof typeof MOST

const PATHS = [
  '/',
  '/products',
  '/products/mobile-legends',
  // The longest list of amounts in the shop.
  '/products/pulsa-telkomsel',
  '/checkout/mobile-legends?sku=ML-86&input.user_id=12345678&input.zone_id=2685',
  '/track',
  '/faq',
]

test('every page keeps its budget and asks nobody else', async ({ page }) => {
  const order = await makeOrder(page, 'GPLAY-20K')
  // A QR code is the heaviest thing drawn on a page.
  const qris = await makeOrder(page, 'GPLAY-20K', {}, 'id', 'midtrans_qris')
  for (const path of [...PATHS, `/track/${order.trackingToken}`, `/track/${qris.trackingToken}`]) {
    const weights: Record<Budgeted, number> = { document: 0, script: 0, stylesheet: 0 }
    const finished: Promise<void>[] = []
    page.removeAllListeners('requestfinished')
    page.on('requestfinished', (request) => {
      const type = request.resourceType()
      if (!(type in weights)) return
      finished.push(
        request.sizes().then((sizes) => {
          weights[type as Budgeted] += sizes.responseBodySize
        }),
      )
    })
    // A fresh cache per page: what a first visit costs.
    await page.goto('about:blank')
    await page.goto(path)
    await Promise.all(finished)
    expect(weights.document, path).toBeLessThanOrEqual(MOST.document)
    expect(weights.script, path).toBeLessThanOrEqual(MOST.script)
    expect(weights.stylesheet, path).toBeLessThanOrEqual(MOST.stylesheet)
    expect(weights.document, path).toBeGreaterThan(0)
  }
})
