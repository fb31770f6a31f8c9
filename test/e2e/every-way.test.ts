import type { Page } from '@playwright/test'
import { chooseMethod, fillContact, WORDS, type Method, type Words } from './buying.ts'
import { control, DIGIFLAZZ, expect, INVITES, payBy, syncCatalogue, test } from './shop-test.ts'

/** What is bought, by fields whose label matches, and how it shows that it has come, in both languages. */
type Kind = { product: string; sku: RegExp; fill?: Record<string, string>; came: RegExp }

const SHELF: Kind = {
  product: 'google-play',
  sku: /Google Play Rp20\.000/,
  came: /Tampilkan kode|Show code/,
}
/** Only VIP-Reseller sells it. */
const VIP_TOP_UP: Kind = {
  product: 'eggy-party',
  sku: /^60 Eggy Coins/,
  fill: { 'Player ID': 'Sari.1234' },
  came: /^(Nomor seri|Serial number)$/,
}
/** Only Digiflazz sells it. */
const DIGIFLAZZ_TOP_UP: Kind = {
  product: 'bri-brizzi',
  sku: /20\.?000/,
  fill: { 'Nomor kartu|Card': '6013500100001234' },
  came: /^(Nomor seri|Serial number)$/,
}

const SHARED: Kind = {
  product: 'disney-hotstar',
  sku: /profil/,
  came: /Tampilkan akses|Show access/,
}
const INVITED = /Terima undangan yang dikirim ke|Accept the invitation sent to/
const TEAMS: Kind = {
  product: 'kanvas-pro',
  sku: /30 hari/,
  fill: { 'E-mail': 'tim@example.com' },
  came: INVITED,
}
const FAMILY: Kind = {
  product: 'tanya-ai-plus',
  sku: /30 hari/,
  fill: { 'E-mail': 'keluarga@example.com' },
  came: INVITED,
}

/** Every way to pay and every way to deliver, each at least once in each language; midtrans' page is in buy-*. */
const PURCHASES: readonly [name: string, method: Method, kind: Kind][] = [
  ['a code by Midtrans QRIS', 'midtrans_qris', SHELF],
  ['another code by Tokopay QRIS', 'tokopay_qris', SHELF],
  ['a top-up of VIP-Reseller by BCA account', 'midtrans_bca_va', VIP_TOP_UP],
  ['a seat of a shared account by Midtrans QRIS', 'midtrans_qris', SHARED],
  ['a seat of a team by BCA account', 'midtrans_bca_va', TEAMS],
  ['a place in a family by BRI account', 'tokopay_bri_va', FAMILY],
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

async function order(page: Page, words: Words, method: Method, kind: Kind): Promise<string> {
  await choose(page, words, kind)
  await fillContact(page, words)
  await chooseMethod(page, words, method)
  await page.getByRole('button', { name: words.pay }).click()
  await expectWayToPay(page, words, method)
  const number = /\/invoice\/([^?]+)/.exec(page.url())?.[1] ?? ''
  await payBy(number, method)
  return number
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
  await order(page, WORDS.id, 'tokopay_qris', DIGIFLAZZ_TOP_UP)
  await order(other, WORDS.en, 'tokopay_qris', DIGIFLAZZ_TOP_UP)
  await expect(other.getByText('Payment received')).toBeVisible()
  await expect(other.getByRole('heading', { name: 'Serial number' })).toBeVisible({
    timeout: DIGIFLAZZ_TIMEOUT_MS,
  })
  await expect(page.getByRole('heading', { name: 'Nomor seri' })).toBeVisible()
})

for (const locale of ['id', 'en'] as const) {
  const words = WORDS[locale]
  for (const [name, method, kind] of PURCHASES) {
    test(`${name}, ${locale}`, async ({ page }) => {
      await order(page, words, method, kind)
      await expect(page.getByText(kind.came)).toBeVisible()
      await expect(page.getByText(words.done, { exact: true }).first()).toBeVisible()
    })
  }
}

test('an accepted invitation is told on the page, with its end', async ({ page }) => {
  const email = 'diterima@example.com'
  await order(page, WORDS.id, 'midtrans_qris', { ...TEAMS, fill: { 'E-mail': email } })
  await expect(page.getByText(INVITED)).toBeVisible()
  await control(`${INVITES}/_sandbox/accept`, { email })
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('Langganan berjalan')).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(page.getByText('Berlaku sampai')).toBeVisible()
})
