import { chooseMethod, payAtMidtrans, WORDS } from './buying.ts'
import { expect, test } from './shop-test.ts'

test.use({ javaScriptEnabled: false })

test('the whole purchase works with scripts off', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('searchbox', { name: 'Cari produk' }).fill('mobile legends')
  await page.getByRole('button', { name: 'Cari', exact: true }).click()
  await page.getByRole('link', { name: /Mobile Legends: Bang Bang/ }).click()
  await page.getByRole('textbox', { name: 'User ID' }).fill('87654321')
  await page.getByRole('textbox', { name: 'Zone ID' }).fill('2001')
  await page.getByRole('radio', { name: /^86 Diamonds/ }).check()
  await page.getByRole('button', { name: 'Lanjut ke pembayaran' }).click()
  await expect(page.getByText(/^✓ /)).toBeVisible()
  await page.getByRole('textbox', { name: 'Nama', exact: true }).fill('Sari Dewi')
  await page.getByRole('textbox', { name: 'Nomor WhatsApp' }).fill('081234567890')
  await page.getByRole('textbox', { name: 'Email' }).fill('sari@example.com')
  await chooseMethod(page, WORDS.id, 'midtrans')
  await page.getByRole('button', { name: 'Bayar sekarang' }).click()
  await expect(page.getByText('Menunggu pembayaran').first()).toBeVisible()
  await expect(page.getByRole('link', { name: /\/track\// })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Salin link pesanan' })).toBeHidden()

  await page.getByRole('link', { name: 'Bayar sekarang' }).click()
  await payAtMidtrans(page)
  await expect(page.getByRole('heading', { level: 1, name: 'Pesanan Anda' })).toBeVisible()
  // The page asks to be loaded anew by itself; pressing the button is quicker.
  await expect(async () => {
    await page.reload()
    await expect(page.getByRole('heading', { name: 'Nomor seri' })).toBeVisible({ timeout: 200 })
  }).toPass()
})

test('an unpaid order asks the browser to load it anew, a finished page does not', async ({ page }) => {
  await page.goto('/products/google-play')
  await page.getByRole('radio', { name: /Rp20\.000/ }).check()
  await page.getByRole('button', { name: 'Lanjut ke pembayaran' }).click()
  await page.getByRole('textbox', { name: 'Nama', exact: true }).fill('Sari Dewi')
  await page.getByRole('textbox', { name: 'Nomor WhatsApp' }).fill('081234567890')
  await page.getByRole('textbox', { name: 'Email' }).fill('sari@example.com')
  await page.getByRole('button', { name: 'Bayar sekarang' }).click()
  const refresh = page.locator('meta[http-equiv=refresh]')
  await expect(refresh).toHaveAttribute('content', '10')
  await page.getByText('Batalkan pesanan ini?').click()
  await page.getByRole('button', { name: 'Batalkan pesanan' }).click()
  await expect(page.getByText('Pesanan ini dibatalkan')).toBeVisible()
  await expect(refresh).toHaveAttribute('content', '60')
})
