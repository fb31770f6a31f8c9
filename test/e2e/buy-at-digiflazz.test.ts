import type { Page } from '@playwright/test'
import { buy, WORDS, type Kind } from './buying.ts'
import { control, DIGIFLAZZ, expect, syncCatalogue, test } from './shop-test.ts'

/** Only Digiflazz sells it. */
const DIGIFLAZZ_TOP_UP: Kind = {
  product: 'bri-brizzi',
  sku: /20\.?000/,
  fill: { 'Nomor kartu|Card': '6013500100001234' },
  came: /^(Nomor seri|Serial number)$/,
}

/** What other tests buy and expect at once: here it stays with the supplier that answers at once. */
const NOT_OF_DIGIFLAZZ = ['ml12', 'ml86', 'ww60', 'ww120', 'ww180']

/** Brings the offers of Digiflazz into the shop; its price list may be read once in five minutes. */
async function sellDigiflazz(page: Page): Promise<void> {
  const isSold = async () =>
    (await (await page.request.get('/api/services?q=brizzi')).text()).includes(DIGIFLAZZ_TOP_UP.product)
  if (await isSold()) return
  for (const code of NOT_OF_DIGIFLAZZ) await control(`${DIGIFLAZZ}/_sandbox/remove`, { code })
  await syncCatalogue(page, 'digiflazz')
  await expect.poll(isSold).toBe(true)
}

/** Digiflazz may not be asked about an order in its first minute, so both languages wait at once. */
const DIGIFLAZZ_TIMEOUT_MS = 90_000

test('a top-up of Digiflazz by Tokopay QRIS, id and en', async ({ page, context }) => {
  test.setTimeout(DIGIFLAZZ_TIMEOUT_MS)
  await sellDigiflazz(page)
  const other = await context.newPage()
  await buy(page, WORDS.id, 'tokopay_qris', DIGIFLAZZ_TOP_UP)
  await buy(other, WORDS.en, 'tokopay_qris', DIGIFLAZZ_TOP_UP)
  await expect(other.getByText('Payment received')).toBeVisible()
  await expect(other.getByRole('heading', { name: 'Serial number' })).toBeVisible({
    timeout: DIGIFLAZZ_TIMEOUT_MS,
  })
  await expect(page.getByRole('heading', { name: 'Nomor seri' })).toBeVisible()
})
