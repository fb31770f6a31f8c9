import { chooseMethod, fillContact, WORDS } from './buying.ts'
import { control, expect, MIDTRANS, test, VIP } from './shop-test.ts'

// A provider has one list of fault rules, so the tests that set some run one after another. Each rule strikes only
// requests with the test's own words in them: everybody else's go through.
test.describe.configure({ mode: 'default' })
test.use({ expectedNoise: [/status of 422/] })

/** What a page may take to say that the gateway is down. */
const SAID_WITHIN_MS = 3_000

test('a gateway that is down is said in time and in plain words; pressing again later works', async ({
  page,
}) => {
  const email = 'gerbang-mati@example.com'
  await page.goto('/checkout/google-play?sku=GPLAY-100K')
  await fillContact(page, WORDS.id, email)
  await chooseMethod(page, WORDS.id, 'midtrans')
  await control(`${MIDTRANS}/_sandbox/faults`, [{ match: { body: email }, fault: 'http_500' }])
  const pressedAt = performance.now()
  await page.getByRole('button', { name: /^Bayar Rp/ }).click()
  await expect(page.getByRole('alert')).toContainText('Layanan pembayaran tidak menjawab')
  expect(performance.now() - pressedAt).toBeLessThan(SAID_WITHIN_MS)
  await expect(page.getByRole('alert')).toContainText('Belum ada uang yang ditarik')
  await expect(page.getByRole('textbox', { name: 'Email' })).toHaveValue(email)

  await control(`${MIDTRANS}/_sandbox/faults`, [])
  await page.getByRole('button', { name: /^Bayar Rp/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Pesanan Anda' })).toBeVisible()
})

test('with the account check down a tick is enough', async ({ page }) => {
  const id = '77001234'
  await control(`${VIP}/_sandbox/faults`, [{ match: { body: id }, fault: 'http_500' }])
  await page.goto('/products/mobile-legends')
  await page.getByRole('textbox', { name: 'User ID' }).fill(id)
  await page.getByRole('textbox', { name: 'Zone ID' }).fill('2685')
  await expect(page.getByText('Belum bisa dicek. Anda tetap bisa lanjut')).toBeVisible()
  await page.getByRole('radio', { name: /^86 Diamonds/ }).check()
  await page.getByRole('button', { name: 'Lanjut ke pembayaran' }).click()
  await expect(page.getByText('Nama akun belum bisa kami cek saat ini.')).toBeVisible()
  await fillContact(page, WORDS.id)
  await page.getByRole('button', { name: /^Bayar Rp/ }).click()
  await expect(page.getByRole('checkbox', { name: /Saya sudah memeriksa/ })).toBeFocused()
  await page.getByRole('checkbox', { name: /Saya sudah memeriksa/ }).check()
  await page.getByRole('button', { name: /^Bayar Rp/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Pesanan Anda' })).toBeVisible()
  await control(`${VIP}/_sandbox/faults`, [])
})
