import { WORDS } from './buying.ts'
import {
  control,
  expect,
  makeOrder,
  MIDTRANS,
  payBy,
  test,
  TOKOPAY,
  VIP,
  type MadeOrder,
} from './shop-test.ts'

// Refused forms come back with status 422, which browsers write into their console.
test.use({ expectedNoise: [/status of 422/] })

function linkOf(order: MadeOrder, locale: 'id' | 'en' = 'id'): string {
  return `/track/${order.trackingToken}${WORDS[locale].lang}`
}

test('a QRIS payment is saved as a picture, and replaced by another way to pay', async ({ page }) => {
  const order = await makeOrder(page, 'GPLAY-20K', {}, 'id', 'midtrans_qris')
  await page.goto(linkOf(order))
  await expect(page.getByText('Nama di aplikasi Anda')).toBeVisible()
  const picture = await page.request.get(
    (await page.getByRole('link', { name: 'Simpan gambar QR' }).getAttribute('href')) ?? '',
  )
  expect(picture.headers()['content-type']).toBe('image/png')

  await page.getByText('Bayar dengan cara lain').click()
  await page.getByText('Virtual account', { exact: true }).click()
  await page.getByRole('radio', { name: /BRI/ }).check()
  await page.getByRole('button', { name: 'Pakai cara ini' }).click()
  await expect(page.getByRole('alert')).toContainText('Pembayaran baru sudah siap')
  await expect(page.getByRole('button', { name: 'Salin nomor VA' })).toBeVisible()
  await expect(page.getByText('Cara membayarnya')).toBeVisible()
  await payBy(order.orderNumber, 'tokopay_bri_va', { attempt: 2 })
  await expect(page.getByText(/Tampilkan kode/)).toBeVisible()
})

test('the last two minutes are told once, and at the end the page stays and offers another way', async ({
  page,
}) => {
  const order = await makeOrder(page, 'GPLAY-20K', {}, 'id', 'tokopay_qris')
  await page.clock.install()
  await page.goto(linkOf(order))
  const timer = page.getByRole('timer')
  await expect(timer).toHaveText(/^\d\d:\d\d$/)
  const [minutes = 0, seconds = 0] = ((await timer.textContent()) ?? '').split(':').map(Number)
  await page.clock.fastForward((minutes * 60 + seconds - 90) * 1_000)
  await expect(page.getByRole('status').filter({ hasText: 'tinggal kurang dari dua menit' })).toHaveCount(1)
  await page.clock.fastForward(100_000)
  await expect(page.getByText(/Waktu habis\. Kalau Anda sudah bayar/).last()).toBeVisible()
  await expect(page.getByRole('img', { name: WORDS.id.qr })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Pakai cara ini' })).toBeVisible()
})

for (const locale of ['id', 'en'] as const) {
  test(`an order whose time is over is paid anew, ${locale}`, async ({ page }) => {
    const order = await makeOrder(page, 'GPLAY-20K', {}, locale, 'midtrans_qris')
    await page.goto(linkOf(order, locale))
    await expect(page.getByRole('img', { name: WORDS[locale].qr })).toBeVisible()
    await control(`${MIDTRANS}/_sandbox/transition`, {
      order_id: order.payment.reference,
      transaction_status: 'expire',
    })
    const button = page.getByRole('button', { name: /Buat pembayaran baru|Make a new payment/ })
    await expect(button).toBeVisible()
    await button.click()
    await expect(page.getByRole('img', { name: WORDS[locale].qr })).toBeVisible()
    await payBy(order.orderNumber, 'midtrans_qris', { attempt: 2 })
    await expect(page.getByText(WORDS[locale].showCode)).toBeVisible()
  })
}

test('a wrong id is corrected on the order page, and what is typed survives a change of the page', async ({
  page,
}) => {
  const wrong = '900777001'
  await control(`${VIP}/_sandbox/outcome`, { target: wrong, status: 'error', note: 'ID tidak valid' })
  const order = await makeOrder(page, 'AB-60', { user_id: wrong })
  await page.goto(linkOf(order))
  await payBy(order.orderNumber, 'midtrans')
  await expect(page.getByText('Kami butuh bantuan Anda')).toBeVisible()
  const field = page.getByRole('textbox', { name: 'Player ID' })
  await expect(field).toHaveValue(wrong)
  await page.getByRole('button', { name: 'Kirim data yang benar' }).click()
  await expect(page.getByRole('alert')).toContainText('perlu dibetulkan')
  await field.fill('900777002')
  await page.getByRole('button', { name: 'Kirim data yang benar' }).click()
  await expect(page.getByRole('heading', { name: 'Nomor seri' })).toBeVisible()
})

for (const locale of ['id', 'en'] as const) {
  test(`money back instead of a correction, to an account the buyer names, ${locale}`, async ({ page }) => {
    const target = locale === 'id' ? '900888001' : '900888002'
    await control(`${VIP}/_sandbox/outcome`, { target, status: 'error', note: 'ID tidak valid' })
    const order = await makeOrder(page, 'EGGY-60', { user_id: target }, locale, 'tokopay_bri_va')
    await page.goto(linkOf(order, locale))
    await payBy(order.orderNumber, 'tokopay_bri_va')
    await page.getByText(/Lebih baik uangnya dikembalikan|Rather have the money back/).click()
    await page.getByRole('button', { name: /Kembalikan uang saya|Give my money back/ }).click()
    await page.getByRole('textbox', { name: /Bank/ }).fill('BCA')
    await page.getByRole('textbox', { name: /Nomor rekening|number/ }).fill('bukan nomor')
    await page.getByRole('textbox', { name: /Nama pemilik|holder/ }).fill('Sari Dewi')
    const save = page.getByRole('button', { name: /Kirim tujuan ini|Send it there/ })
    await save.click()
    await expect(page.getByRole('alert').first()).toBeVisible()
    await expect(page.getByRole('textbox', { name: /Nama pemilik|holder/ })).toHaveValue('Sari Dewi')
    await page.getByRole('textbox', { name: /Nomor rekening|number/ }).fill('1234567890')
    await save.click()
    await expect(page.getByText(/Tujuan: BCA|It goes to BCA/)).toBeVisible()
    await expect(page.getByText('1234567890')).toHaveCount(0)
  })
}

test('a payment of the wrong sum says what happens to it', async ({ page }) => {
  const order = await makeOrder(page, 'GPLAY-20K', {}, 'id', 'tokopay_qris')
  await page.goto(linkOf(order))
  await payBy(order.orderNumber, 'tokopay_qris', { amount: 1_000 })
  await expect(page.getByText('Pembayaran kurang dari jumlahnya')).toBeVisible()
  await expect(page.getByText(/Rp1\.000 sudah kami terima/)).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Ke mana uangnya dikirim?' })).toBeVisible()
})

test.describe('with scripts off', () => {
  test.use({ javaScriptEnabled: false })

  test('an order is paid another way, and nothing needs a script', async ({ page }) => {
    const order = await makeOrder(page, 'GPLAY-20K', {}, 'id', 'tokopay_qris')
    await page.goto(linkOf(order))
    await page.getByText('Bayar dengan cara lain').click()
    await page.getByText('Virtual account', { exact: true }).click()
    await page.getByRole('radio', { name: /BCA/ }).check()
    await page.getByRole('button', { name: 'Pakai cara ini' }).click()
    await expect(page.getByText('Nomor virtual account BCA')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Salin nomor VA' })).toBeHidden()
    // The first bill cannot be ended at its gateway: what is paid there after all is told, and goes back.
    await payBy(order.orderNumber, 'midtrans_bca_va', { attempt: 2 })
    await control(`${TOKOPAY}/_sandbox/pay`, { ref_id: order.payment.reference })
    await expect(async () => {
      await page.reload()
      await expect(page.getByText('Pesanan ini terbayar dua kali')).toBeVisible({ timeout: 500 })
      await expect(page.getByText(/Tampilkan kode/)).toBeVisible({ timeout: 500 })
    }).toPass()
  })
})

test('what is typed into a form survives that the page changes by itself', async ({ page }) => {
  const target = 'Terketik.1'
  await control(`${VIP}/_sandbox/outcome`, { target, status: 'error', note: 'ID tidak valid' })
  const order = await makeOrder(page, 'EGGY-60', { user_id: target }, 'id', 'tokopay_qris')
  await page.goto(linkOf(order))
  await payBy(order.orderNumber, 'tokopay_qris')
  const field = page.getByRole('textbox', { name: 'Player ID' })
  await field.fill('Terketik.2')
  // The same order in another tab: declined there, this page hears of it while somebody types here.
  const other = await page.context().newPage()
  await other.goto(linkOf(order))
  await other.getByText('Lebih baik uangnya dikembalikan?').click()
  await other.getByRole('button', { name: 'Kembalikan uang saya' }).click()
  const bank = page.getByRole('textbox', { name: 'Bank atau e-wallet' })
  await bank.fill('BCA')
  await other.getByRole('textbox', { name: 'Bank atau e-wallet' }).fill('BRI')
  await other.getByRole('textbox', { name: /Nomor rekening/ }).fill('1234567890')
  await other.getByRole('textbox', { name: 'Nama pemilik' }).fill('Sari Dewi')
  await other.getByRole('button', { name: 'Kirim tujuan ini' }).click()
  await expect(other.getByText(/Tujuan: BRI/)).toBeVisible()
  await expect(page.getByText(/Tujuan: BRI/)).toBeVisible()
  await page.getByText('Ganti tujuan').click()
  await expect(bank).toHaveValue('BCA')
})
