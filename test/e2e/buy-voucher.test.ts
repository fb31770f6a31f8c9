import { fillContact, payAtMidtrans, paymentFrame, placeOrder, WORDS } from './buying.ts'
import { expect, test } from './shop-test.ts'

for (const locale of ['id', 'en'] as const) {
  const words = WORDS[locale]

  test(
    `a voucher code, masked, shown and copied, ${locale}`,
    { tag: '@desktop' },
    async ({ page, context }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      await page.goto(`/products/google-play${words.lang}`)
      await page.getByRole('radio', { name: /Google Play Rp50\.000/ }).check()
      await page.getByRole('button', { name: words.continue }).click()
      await fillContact(page, words)
      await placeOrder(page, words)
      await page.getByRole('button', { name: words.copyLink }).click()
      await expect(page.getByRole('button', { name: words.copied })).toBeVisible()
      expect(await page.evaluate('navigator.clipboard.readText()')).toContain('/track/')

      await page.getByRole('link', { name: words.payNow }).click()
      await payAtMidtrans(paymentFrame(page))
      const code = page.getByRole('code')
      await expect(page.getByText(words.showCode)).toBeVisible()
      await expect(code).toBeHidden()
      await page.getByText(words.showCode).click()
      await expect(code).toBeVisible()
      await page.getByRole('button', { name: words.copyCode }).click()
      await expect(page.getByRole('button', { name: words.copied }).last()).toBeVisible()
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await code.textContent())
    },
  )
}

test('two vouchers in one order are two different codes', async ({ page }) => {
  await page.goto('/products/google-play')
  await page.getByRole('radio', { name: /Google Play Rp20\.000/ }).check()
  await page.getByRole('spinbutton', { name: 'Jumlah' }).fill('2')
  await page.getByRole('button', { name: 'Lanjut ke pembayaran' }).click()
  await expect(page.getByText('2 × Google Play Rp20.000')).toBeVisible()
  await fillContact(page, WORDS.id)
  await placeOrder(page, WORDS.id)
  await page.getByRole('link', { name: 'Bayar sekarang' }).click()
  await payAtMidtrans(paymentFrame(page))
  await expect(page.getByRole('heading', { name: '2 kode Anda' })).toBeVisible()
  for (const fold of await page.getByText(/Tampilkan kode/).all()) await fold.click()
  const [first, second] = await page.getByRole('code').allTextContents()
  expect(first).toBeTruthy()
  expect(first).not.toBe(second)
})
