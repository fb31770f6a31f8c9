import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { control, expect, makeOrder, payAtGateway, payBy, test, VIP } from './shop-test.ts'

const WCAG_22_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

const PAGES: readonly [name: string, path: string][] = [
  ['home', '/'],
  ['list', '/products'],
  ['empty list', '/products?q=zzzz'],
  ['product', '/products/valorant'],
  ['sold-out amount', '/products/steam-wallet'],
  ['mistakes', '/checkout/mobile-legends?sku=ML-86&input.user_id=abc'],
  ['checkout', '/checkout/mobile-legends?sku=ML-86&input.user_id=12345678&input.zone_id=2685'],
  ['find order', '/track'],
  ['unknown order', '/track/no-such-order-token-at-all'],
  ['questions', '/faq'],
  ['terms', '/terms'],
  ['privacy', '/privacy'],
  ['support', '/support'],
  ['not found', '/no-such-page'],
]

/** Pages whose layout differs on a wide screen. */
const DESKTOP_TOO = new Set(['home', 'product', 'checkout'])

/** Pages that are other words on a layout checked already. */
const INDONESIAN_ONLY = new Set([
  'empty list',
  'sold-out amount',
  'mistakes',
  'terms',
  'privacy',
  'support',
  'unknown order',
])

/** No frames are in these pages, so axe needs no second page to gather its findings. */
async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG_22_AA).setLegacyMode().analyze()
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
  ).toEqual([])
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  expect(width).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0)
}

test.use({ expectedNoise: [/status of 404/] })

for (const locale of ['id', 'en'] as const) {
  for (const [name, path] of PAGES) {
    if (locale === 'en' && INDONESIAN_ONLY.has(name)) continue
    const tag = locale === 'id' && DESKTOP_TOO.has(name) ? '@desktop' : []
    test(`${name} keeps WCAG 2.2 AA and the width of the screen, ${locale}`, { tag }, async ({ page }) => {
      const query = locale === 'id' ? '' : `${path.includes('?') ? '&' : '?'}lang=en`
      await page.goto(path + query)
      await expect(page.locator('html')).toHaveAttribute('lang', locale)
      await expectAccessible(page)
    })
  }

  test(`no state of an order breaks WCAG 2.2 AA, ${locale}`, async ({ page }) => {
    const order = await makeOrder(page, 'GPLAY-20K', {}, locale)
    await page.goto(`/invoice/${order.orderNumber}?t=${order.trackingToken}&lang=${locale}`)
    await expectAccessible(page)
    await payAtGateway(order)
    await page.getByText(/Tampilkan kode|Show code/).click()
    await expectAccessible(page)
    await page.goto(`/track/${order.trackingToken}?lang=${locale}`)
    await expectAccessible(page)
  })

  test(`no way to pay and no exit breaks WCAG 2.2 AA, ${locale}`, async ({ page }) => {
    const target = locale === 'id' ? 'Aksesibel.1' : 'Aksesibel.2'
    await control(`${VIP}/_sandbox/outcome`, { target, status: 'error', note: 'ID tidak valid' })
    const open = async (token: string) => {
      await page.goto(`/track/${token}?lang=${locale}`)
      // Folds hide what is in them from axe, too.
      await page.evaluate('document.querySelectorAll("details").forEach((fold) => { fold.open = true })')
    }
    const qris = await makeOrder(page, 'GPLAY-20K', {}, locale, 'midtrans_qris')
    await open(qris.trackingToken)
    await expectAccessible(page)
    const account = await makeOrder(page, 'EGGY-60', { user_id: target }, locale, 'tokopay_bri_va')
    await open(account.trackingToken)
    await expectAccessible(page)
    await payBy(account.orderNumber, 'tokopay_bri_va')
    const back = page.getByRole('button', { name: /Kembalikan uang saya|Give my money back/ })
    await page.getByText(/Lebih baik uangnya|Rather have the money/).click()
    await expectAccessible(page)
    await back.click()
    await expect(page.getByRole('button', { name: /Kirim tujuan ini|Send it there/ })).toBeVisible()
    await expectAccessible(page)
    const invite = await makeOrder(page, 'KANVAS-30', { email: `${locale}@example.com` }, locale)
    await payAtGateway(invite)
    await open(invite.trackingToken)
    await expect(page.getByText(/Terima undangan|Accept the invitation/)).toBeVisible()
    await expectAccessible(page)
  })
}
