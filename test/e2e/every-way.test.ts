import type { Page } from '@playwright/test'
import { chooseMethod, fillContact, WORDS, type Method, type Words } from './buying.ts'
import { expect, payBy, syncCatalogue, test } from './shop-test.ts'

/** What is bought, by fields whose label matches, and how it shows that it has come, in both languages. */
type Kind = { product: string; sku: RegExp; fill?: Record<string, string>; came: RegExp }

const SHELF: Kind = {
  product: 'google-play',
  sku: /Google Play Rp20\.000/,
  came: /Tampilkan kode|Show code/,
}
const VIP_TOP_UP: Kind = {
  product: 'mobile-legends',
  sku: /^86 Diamonds/,
  fill: { 'User ID': '12345678', 'Zone ID': '2685' },
  came: /Nomor seri|Serial number/,
}
/** Only Digiflazz sells it. */
const DIGIFLAZZ_TOP_UP: Kind = {
  product: 'bri-brizzi',
  sku: /20\.?000/,
  fill: { 'Nomor kartu|Card': '6013500100001234' },
  came: /Nomor seri|Serial number/,
}

/** Every way to pay and every way to deliver, each at least once in each language; midtrans' page is in buy-*. */
const PURCHASES: readonly [name: string, method: Method, kind: Kind][] = [
  ['a code by Midtrans QRIS', 'midtrans_qris', SHELF],
  ['a top-up of Digiflazz by Tokopay QRIS', 'tokopay_qris', DIGIFLAZZ_TOP_UP],
  ['a top-up of VIP-Reseller by BCA account', 'midtrans_bca_va', VIP_TOP_UP],
]

async function choose(page: Page, words: Words, kind: Kind): Promise<void> {
  await page.goto(`/products/${kind.product}${words.lang}`)
  for (const [label, value] of Object.entries(kind.fill ?? {})) {
    await page.getByRole('textbox', { name: new RegExp(label) }).fill(value)
  }
  await page.getByRole('radio', { name: kind.sku }).first().check()
  await page.getByRole('button', { name: words.continue }).click()
}

/** What is scanned or transferred to is on the page, with the sum and the end of the time. */
async function expectWayToPay(page: Page, words: Words, method: Method): Promise<void> {
  await expect(page.getByText(words.waiting).first()).toBeVisible()
  if (method.endsWith('qris')) await expect(page.getByRole('img', { name: words.qr })).toBeVisible()
  else await expect(page.getByRole('button', { name: words.copyVa })).toBeVisible()
  await expect(page.getByRole('timer')).toHaveText(/^(?:\d+:)?\d\d:\d\d$/)
}

for (const locale of ['id', 'en'] as const) {
  const words = WORDS[locale]
  for (const [name, method, kind] of PURCHASES) {
    test(`${name}, ${locale}`, async ({ page }) => {
      if (kind === DIGIFLAZZ_TOP_UP) await syncCatalogue(page, 'digiflazz')
      await choose(page, words, kind)
      await fillContact(page, words)
      await chooseMethod(page, words, method)
      await page.getByRole('button', { name: words.pay }).click()
      await expectWayToPay(page, words, method)
      const number = /\/invoice\/([^?]+)/.exec(page.url())?.[1] ?? ''
      await payBy(number, method)
      await expect(page.getByText(kind.came)).toBeVisible()
      await expect(page.getByText(words.done, { exact: true }).first()).toBeVisible()
    })
  }
}
