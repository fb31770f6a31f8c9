import { chooseDiamonds, fillContact, payAtMidtrans, paymentFrame, placeOrder, WORDS } from './buying.ts'
import { expect, test } from './shop-test.ts'

for (const locale of ['id', 'en'] as const) {
  const words = WORDS[locale]

  test(
    `86 Diamonds, from the search to the serial number, ${locale}`,
    { tag: '@desktop' },
    async ({ page }) => {
      await chooseDiamonds(page, words)
      await fillContact(page, words)
      await placeOrder(page, words)
      await page.getByRole('link', { name: words.payNow }).click()
      await payAtMidtrans(paymentFrame(page))
      // Back at the shop; from here on nothing is clicked or loaded again.
      await expect(page.getByRole('heading', { level: 1, name: words.order })).toBeVisible()
      await expect(page.getByText(words.done, { exact: true }).first()).toBeVisible()
      await expect(page.getByRole('heading', { name: words.serial })).toBeVisible()
      await expect(page.getByRole('link', { name: /\/track\// })).toBeVisible()
    },
  )
}

test.describe('where the popup of the payment does not load', () => {
  test.use({ expectedNoise: [/snap\.js/] })

  test('the payment opens as a page and leads back', async ({ page }) => {
    await page.route(/\/snap\/snap\.js/, (route) => route.abort())
    await chooseDiamonds(page, WORDS.id)
    await fillContact(page, WORDS.id)
    const number = await placeOrder(page, WORDS.id)
    await page.getByRole('link', { name: WORDS.id.payNow }).click()
    await expect(page.getByText('Simulasi Midtrans')).toBeVisible()
    await payAtMidtrans(page, /GoPay/)
    await expect(page).toHaveURL(new RegExp(`/invoice/${number}`))
    await expect(page.getByRole('heading', { name: 'Nomor seri' })).toBeVisible()
  })
})

test('closing the payment popup leaves the order payable, and its link opens it elsewhere', async ({
  page,
  browser,
  baseURL,
}) => {
  await chooseDiamonds(page, WORDS.id)
  await fillContact(page, WORDS.id)
  await placeOrder(page, WORDS.id)
  await page.getByRole('link', { name: 'Bayar sekarang' }).click()
  await paymentFrame(page).getByRole('button', { name: 'Kembali ke toko' }).click()
  await expect(page.getByRole('dialog', { name: 'Pembayaran' })).toHaveCount(0)
  await expect(page.getByRole('link', { name: 'Bayar sekarang' })).toBeVisible()

  const link = await page.getByRole('link', { name: /\/track\// }).getAttribute('href')
  const elsewhere = await browser.newContext()
  const other = await elsewhere.newPage()
  await other.goto(`${baseURL}/track`)
  await other.getByRole('textbox', { name: /Link atau kode/ }).fill(link ?? '')
  await other.getByRole('button', { name: 'Lihat pesanan' }).click()
  await expect(other.getByText('Menunggu pembayaran').first()).toBeVisible()
  await elsewhere.close()
})
