import { randomUUID } from 'node:crypto'
import { buy, WORDS, type Kind, type Method } from './buying.ts'
import { control, expect, INVITES, test } from './shop-test.ts'

/** An address is invited once by each account, so another run on the same shop needs others. */
const RUN = randomUUID().slice(0, 8)

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
const SHARED: Kind = {
  product: 'disney-hotstar',
  sku: /profil/,
  came: /Tampilkan akses|Show access/,
}
const INVITED = /Terima undangan yang dikirim ke|Accept the invitation sent to/
const TEAMS: Kind = {
  product: 'kanvas-pro',
  sku: /30 hari/,
  fill: { 'E-mail': `tim-${RUN}@example.com` },
  came: INVITED,
}
const FAMILY: Kind = {
  product: 'tanya-ai-plus',
  sku: /30 hari/,
  fill: { 'E-mail': `keluarga-${RUN}@example.com` },
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

for (const locale of ['id', 'en'] as const) {
  const words = WORDS[locale]
  for (const [name, method, kind] of PURCHASES) {
    test(`${name}, ${locale}`, async ({ page }) => {
      await buy(page, words, method, kind)
      await expect(page.getByText(kind.came)).toBeVisible()
      await expect(page.getByText(words.done, { exact: true }).first()).toBeVisible()
    })
  }
}

test('an accepted invitation is told on the page, with its end', async ({ page }) => {
  const email = `diterima-${RUN}@example.com`
  await buy(page, WORDS.id, 'midtrans_qris', { ...TEAMS, fill: { 'E-mail': email } })
  await expect(page.getByText(INVITED)).toBeVisible()
  await control(`${INVITES}/_sandbox/accept`, { email })
  await expect(async () => {
    await page.reload()
    await expect(page.getByText('Langganan berjalan')).toBeVisible({ timeout: 500 })
  }).toPass()
  await expect(page.getByText('Berlaku sampai')).toBeVisible()
})
