import { control, expect, makeOrder, MIDTRANS, payAtGateway, test, type MadeOrder } from './shop-test.ts'

/** A little more than the page waits between two looks for a late payment. */
const SLOW_POLL_MS = 31_000

async function expireAtGateway(order: MadeOrder): Promise<void> {
  await control(`${MIDTRANS}/_sandbox/transition`, {
    order_id: order.payment.reference,
    transaction_status: 'expire',
    payment_type: 'gopay',
  })
}

async function payLate(order: MadeOrder): Promise<void> {
  await control(`${MIDTRANS}/_sandbox/transition`, {
    order_id: order.payment.reference,
    transaction_status: 'settlement',
    force: true,
  })
}

test('an unpaid order can be cancelled by its buyer', async ({ page }) => {
  const order = await makeOrder(page, 'GPLAY-20K')
  await page.goto(`/invoice/${order.orderNumber}?t=${order.trackingToken}`)
  await page.getByText('Batalkan pesanan ini?').click()
  await page.getByRole('button', { name: 'Batalkan pesanan' }).click()
  await expect(page.getByText('Pesanan ini dibatalkan')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Pesan lagi' })).toHaveAttribute(
    'href',
    '/products/google-play',
  )
  await expect(page.getByRole('link', { name: 'Bayar sekarang' })).toHaveCount(0)
})

test('an order whose time is over says so, and a late payment still brings the goods', async ({ page }) => {
  const order = await makeOrder(page, 'GPLAY-20K')
  await page.clock.install()
  await page.goto(`/invoice/${order.orderNumber}?t=${order.trackingToken}`)
  await expect(page.getByText(/^Bayar sebelum/)).toBeVisible()
  await expireAtGateway(order)
  await expect(page.getByText('Waktu bayar sudah habis')).toBeVisible()
  await expect(page.getByText(/jangan bayar lagi/)).toBeVisible()
  await page.getByRole('button', { name: 'Cek pembayaran sekarang' }).click()
  await expect(page.getByRole('alert')).toContainText('Pembayaran belum kami terima')

  await payLate(order)
  // The page still looks for it by itself, only slowly.
  await expect(async () => {
    await page.clock.fastForward(SLOW_POLL_MS)
    await expect(page.getByText(/Tampilkan kode/)).toBeVisible({ timeout: 500 })
  }).toPass()
})

test('asking for a check of an unpaid order says that nothing has arrived', async ({ page }) => {
  const order = await makeOrder(page, 'GPLAY-20K')
  await page.goto(`/invoice/${order.orderNumber}?t=${order.trackingToken}`)
  await page.getByRole('button', { name: 'Cek pembayaran sekarang' }).click()
  await expect(page.getByRole('alert')).toContainText('Pembayaran belum kami terima')
  await expect(page.getByRole('link', { name: 'Bayar sekarang' })).toBeVisible()
})

test('coming back with a forged result changes nothing', async ({ page }) => {
  const order = await makeOrder(page, 'GPLAY-20K')
  const forged = `order_id=${order.payment.reference}&status_code=200&transaction_status=settlement`
  await page.goto(`/invoice/${order.orderNumber}?t=${order.trackingToken}&${forged}`)
  await expect(page.getByText('Menunggu pembayaran').first()).toBeVisible()
  await expect(page.getByText(/Tampilkan kode/)).toHaveCount(0)
  const seen = await page.request.get(`/api/track/${order.trackingToken}`)
  expect(await seen.json()).toMatchObject({ status: 'WAITING_PAYMENT' })
})

test('an open page follows the payment made on another device', async ({ page }) => {
  const order = await makeOrder(page, 'GPLAY-20K')
  await page.goto(`/track/${order.trackingToken}`)
  await expect(page.getByText('Menunggu pembayaran').first()).toBeVisible()
  await payAtGateway(order)
  await expect(page.getByText(/Tampilkan kode/)).toBeVisible()
  await expect(page.getByRole('list', { name: 'Langkah pesanan' })).toContainText(/Terkirim\d\d:\d\d WIB/)
  await expect(page.getByRole('heading', { name: 'Riwayat' })).toBeVisible()
})
