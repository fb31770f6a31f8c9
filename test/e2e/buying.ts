import type { FrameLocator, Page } from '@playwright/test'
import { expect, payBy } from './shop-test.ts'

/** The words a buyer goes by, in both languages. */
export const WORDS = {
  id: {
    lang: '',
    searchBox: 'Cari produk',
    search: 'Cari',
    continue: 'Lanjut ke pembayaran',
    account: /✓ .+/,
    confirm: 'Pastikan akunnya benar',
    name: 'Nama',
    phone: 'Nomor WhatsApp',
    email: 'Email',
    pay: /^Bayar Rp/,
    order: 'Pesanan Anda',
    waiting: 'Menunggu pembayaran',
    payNow: 'Bayar sekarang',
    done: 'Selesai',
    serial: 'Nomor seri',
    copyLink: 'Salin link pesanan',
    copied: 'Tersalin ✓',
    showCode: /Tampilkan kode/,
    copyCode: 'Salin kode',
    methods: {
      midtrans: { group: 'Halaman pembayaran', row: /kartu/ },
      midtrans_qris: { group: 'QRIS', row: /^QRIS Langsung/ },
      tokopay_qris: { group: 'QRIS', row: /^QRIS \(jalur 2\)/ },
      midtrans_bca_va: { group: 'Virtual account', row: /BCA/ },
      tokopay_bri_va: { group: 'Virtual account', row: /BRI/ },
    },
    qr: 'Kode QRIS untuk pembayaran ini',
    copyVa: 'Salin nomor VA',
  },
  en: {
    lang: '?lang=en',
    searchBox: 'Search products',
    search: 'Search',
    continue: 'Continue to payment',
    account: /✓ .+/,
    confirm: 'Make sure the account is right',
    name: 'Name',
    phone: 'WhatsApp number',
    email: 'E-mail',
    pay: /^Pay Rp/,
    order: 'Your order',
    waiting: 'Waiting for payment',
    payNow: 'Pay now',
    done: 'Done',
    serial: 'Serial number',
    copyLink: 'Copy order link',
    copied: 'Copied ✓',
    showCode: /Show code/,
    copyCode: 'Copy code',
    methods: {
      midtrans: { group: 'Payment page', row: /card/ },
      midtrans_qris: { group: 'QRIS', row: /^QRIS Seen/ },
      tokopay_qris: { group: 'QRIS', row: /^QRIS \(route 2\)/ },
      midtrans_bca_va: { group: 'Virtual accounts', row: /BCA/ },
      tokopay_bri_va: { group: 'Virtual accounts', row: /BRI/ },
    },
    qr: 'QRIS code for this payment',
    copyVa: 'Copy VA number',
  },
} as const

export type Words = (typeof WORDS)['id' | 'en']
export type Method = keyof Words['methods']

/** A game account that exists; ids ending in 000 do not. */
export const ACCOUNT = { user_id: '12345678', zone_id: '2685' }

/** Fills in who buys. */
export async function fillContact(page: Page, words: Words, email = 'sari@example.com'): Promise<void> {
  await page.getByRole('textbox', { name: words.name, exact: true }).fill('Sari Dewi')
  await page.getByRole('textbox', { name: words.phone }).fill('0812-3456-7890')
  await page.getByRole('textbox', { name: words.email }).fill(email)
}

/** From the home page to the checkout of 86 Diamonds, as a person goes. */
export async function chooseDiamonds(page: Page, words: Words): Promise<void> {
  await page.goto(`/${words.lang}`)
  await page.getByRole('searchbox', { name: words.searchBox }).fill('ml')
  await page.getByRole('button', { name: words.search, exact: true }).click()
  await page.getByRole('link', { name: /Mobile Legends: Bang Bang/ }).click()
  await page.getByRole('textbox', { name: 'User ID' }).fill(ACCOUNT.user_id)
  await page.getByRole('textbox', { name: 'Zone ID' }).fill(ACCOUNT.zone_id)
  await expect(page.getByRole('status').filter({ hasText: words.account })).toBeVisible()
  await page.getByRole('radio', { name: /^86 Diamonds/ }).check()
  await page.getByRole('button', { name: words.continue }).click()
  await expect(page.getByRole('heading', { name: words.confirm })).toBeVisible()
}

/** Opens the group of a way to pay where it is folded, and picks it. */
export async function chooseMethod(page: Page, words: Words, method: Method): Promise<void> {
  const { group, row } = words.methods[method]
  const radio = page.getByRole('radio', { name: row })
  if (!(await radio.isVisible())) await page.getByText(group, { exact: true }).click()
  await radio.check()
}

/** Sends the checkout with a way to pay and waits for the invoice; returns the order's number. */
export async function placeOrder(page: Page, words: Words, method: Method = 'midtrans'): Promise<string> {
  await chooseMethod(page, words, method)
  await page.getByRole('button', { name: words.pay }).click()
  await expect(page.getByRole('heading', { level: 1, name: words.order })).toBeVisible()
  await expect(page.getByText(words.waiting).first()).toBeVisible()
  return /\/invoice\/([^?]+)/.exec(page.url())?.[1] ?? ''
}

const CHOICE_TIMEOUT_MS = 3_000

/** Pays on the simulated page of Midtrans, in a window of its own or in a popup's frame. */
export async function payAtMidtrans(where: Page | FrameLocator, method = /QRIS/): Promise<void> {
  const choice = where.getByRole('button', { name: method }).first()
  const confirm = where.getByRole('button', { name: 'Bayar sekarang (simulasi)' })
  // A click while the popup is still moving into place can miss its button; a person clicks again, too.
  await expect(async () => {
    if (await choice.isVisible()) await choice.click()
    await expect(confirm).toBeVisible({ timeout: CHOICE_TIMEOUT_MS })
  }).toPass()
  await confirm.click()
}

/** The frame of the payment popup. */
export function paymentFrame(page: Page): FrameLocator {
  return page.getByRole('dialog', { name: 'Pembayaran' }).locator('iframe').contentFrame()
}

/** What is bought, by fields whose label matches, and how it shows that it has come, in both languages. */
export type Kind = { product: string; sku: RegExp; fill?: Record<string, string>; came: RegExp }

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

/** Buys one piece and pays it where its way to pay is paid; returns the order's number, the page shows the order. */
export async function buy(page: Page, words: Words, method: Method, kind: Kind): Promise<string> {
  await choose(page, words, kind)
  await fillContact(page, words)
  await chooseMethod(page, words, method)
  await page.getByRole('button', { name: words.pay }).click()
  await expectWayToPay(page, words, method)
  const number = /\/invoice\/([^?]+)/.exec(page.url())?.[1] ?? ''
  await payBy(number, method)
  return number
}
