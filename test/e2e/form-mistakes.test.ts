import { fillContact, WORDS } from './buying.ts'
import { expect, syncCatalogue, test, VIP, control } from './shop-test.ts'

// A refused form comes back with status 422, which browsers write into their console.
test.use({ expectedNoise: [/status of 422/] })

/** The ways on which the supplier sells Wuthering Waves; the shop takes the cheapest. */
const ROUTES = [1, 2, 3, 5]
const CHECKOUT = '/checkout/mobile-legends?sku=ML-86&input.user_id=12345678&input.zone_id=2685'

test('an account that does not exist is said beside the field and stops the payment', async ({ page }) => {
  await page.goto('/products/mobile-legends')
  await page.getByRole('textbox', { name: 'User ID' }).fill('12345000')
  await page.getByRole('textbox', { name: 'Zone ID' }).fill('2685')
  await expect(page.getByText('Akun ini tidak ditemukan. Periksa lagi ID-nya.')).toBeVisible()
  await page.getByRole('radio', { name: /^86 Diamonds/ }).check()
  await page.getByRole('button', { name: 'Lanjut ke pembayaran' }).click()
  await expect(page.getByRole('alert')).toContainText('Akun ini tidak ditemukan')
  await expect(page.getByRole('button', { name: /^Bayar/ })).toHaveCount(0)
  await page.getByRole('link', { name: 'Ubah pilihan' }).first().click()
  await expect(page.getByRole('textbox', { name: 'User ID' })).toHaveValue('12345000')
  await expect(page.getByRole('radio', { name: /^86 Diamonds/ })).toBeChecked()
})

test('missing and misshapen account details come back at their fields', async ({ page }) => {
  await page.goto('/checkout/mobile-legends?sku=ML-86&input.user_id=abc')
  await expect(page.getByRole('alert')).toContainText('Ada data yang perlu dibetulkan')
  const user = page.getByRole('textbox', { name: 'User ID' })
  await expect(user).toHaveValue('abc')
  await expect(user).toHaveAccessibleDescription(/User ID belum sesuai bentuknya/)
  await expect(page.getByRole('textbox', { name: 'Zone ID' })).toHaveAccessibleDescription(/Isi Zone ID dulu/)
  await expect(page.getByRole('radio', { name: /^86 Diamonds/ })).toBeChecked()
})

test('missing and misshapen contact comes back at its fields with everything typed', async ({ page }) => {
  await page.goto(CHECKOUT)
  await page.getByRole('textbox', { name: 'Nama', exact: true }).fill('Sari Dewi')
  await page.getByRole('textbox', { name: 'Nomor WhatsApp' }).fill('12')
  await page.getByRole('textbox', { name: 'Email' }).fill('sari@tidak-lengkap')
  await page.getByRole('button', { name: /^Bayar Rp/ }).click()
  await expect(page.getByRole('alert')).toContainText('Belum bisa diproses')
  await expect(page.getByRole('textbox', { name: 'Nama', exact: true })).toHaveValue('Sari Dewi')
  const phone = page.getByRole('textbox', { name: 'Nomor WhatsApp' })
  await expect(phone).toHaveValue('12')
  await expect(phone).toBeFocused()
  await expect(phone).toHaveAccessibleDescription(/Nomor WhatsApp belum benar/)
  const email = page.getByRole('textbox', { name: 'Email' })
  await expect(email).toHaveValue('sari@tidak-lengkap')
  await expect(email).toHaveAccessibleDescription(/Email belum benar/)
})

test('names with markup and emoji stay text', async ({ page }) => {
  const name = '<img src=x onerror=alert(1)> "Sari" 🦊 & sons'
  await page.goto(CHECKOUT)
  await page.getByRole('textbox', { name: 'Nama', exact: true }).fill(name)
  await page.getByRole('textbox', { name: 'Nomor WhatsApp' }).fill('12')
  await page.getByRole('textbox', { name: 'Email' }).fill('sari@example.com')
  await page.getByRole('button', { name: /^Bayar Rp/ }).click()
  await expect(page.getByRole('textbox', { name: 'Nama', exact: true })).toHaveValue(name)

  await page.goto(`/products?q=${encodeURIComponent(name)}`)
  await expect(page.getByText(`0 produk untuk “${name}”`)).toBeVisible()
  await page.goto(`/checkout/wuthering-waves?sku=WUWA-60&input.user_id=${encodeURIComponent(name)}`)
  await expect(page.getByText(name).first()).toBeVisible()
})

test('a price that moved between product and payment is told, and asked again', async ({ page }) => {
  await page.goto('/checkout/wuthering-waves?sku=WUWA-60&input.user_id=900111222')
  await fillContact(page, WORDS.id)
  const before = await page.getByRole('button', { name: /^Bayar Rp/ }).textContent()
  for (const route of ROUTES)
    await control(`${VIP}/_sandbox/price`, { code: `WW60-S${route}`, price: 40_000 })
  await syncCatalogue(page)
  await page.getByRole('button', { name: /^Bayar Rp/ }).click()
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('Harganya baru saja berubah')
  await expect(alert).toContainText((before ?? '').replace('Bayar ', ''))
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue('sari@example.com')
  await expect(page.getByRole('button', { name: /^Bayar Rp/ })).not.toHaveText(before ?? '')
  await page.getByRole('button', { name: /^Bayar Rp/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Pesanan Anda' })).toBeVisible()
})

test('an amount that is sold out cannot be chosen, and is said when it sells out under way', async ({
  page,
}) => {
  await page.goto('/products/steam-wallet')
  await expect(page.getByRole('radio', { name: /Steam Wallet Rp400\.000.*Sedang kosong/ })).toBeDisabled()
  await page.goto('/checkout/steam-wallet?sku=STEAM-400K')
  await expect(page.getByRole('alert')).toContainText('Nominal yang dipilih tidak tersedia lagi')

  await page.goto('/checkout/wuthering-waves?sku=WUWA-120&input.user_id=900111222')
  await fillContact(page, WORDS.id)
  for (const route of ROUTES)
    await control(`${VIP}/_sandbox/service`, { code: `WW120-S${route}`, status: 'empty' })
  await syncCatalogue(page)
  await page.getByRole('button', { name: /^Bayar Rp/ }).click()
  await expect(page.getByRole('alert')).toContainText('Nominal yang dipilih tidak tersedia lagi')
  await expect(page.getByRole('textbox', { name: 'ID tujuan' })).toHaveValue('900111222')
})

test('the amounts can be searched, and Return in the search box sends nothing', async ({ page }) => {
  await page.goto('/products/mobile-legends')
  const box = page.getByRole('searchbox', { name: 'Cari nominal' })
  await box.fill('weekly')
  await expect(page.getByRole('radio', { name: /Weekly Diamond Pass/ }).first()).toBeVisible()
  await expect(page.getByRole('radio', { name: /^86 Diamonds/ })).toBeHidden()
  await box.press('Enter')
  await expect(page).toHaveURL(/\/products\/mobile-legends$/)
  await box.fill('zzz')
  await expect(page.getByText('Tidak ada nominal yang cocok.')).toBeVisible()
  await box.fill('')
  await expect(page.getByRole('radio', { name: /^86 Diamonds/ })).toBeVisible()
})
