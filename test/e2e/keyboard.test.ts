import type { Locator, Page } from '@playwright/test'
import { payAtMidtrans, paymentFrame } from './buying.ts'
import { expect, test } from './shop-test.ts'

/** More stops than any page of a purchase has. */
const MOST_STOPS = 60

async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press(key)
    if ((await target.and(page.locator(':focus')).count()) > 0) return
  }
  await expect(target).toBeFocused()
}

test('a purchase needs no pointer', async ({ page }) => {
  await page.goto('/')
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Langsung ke isi' })).toBeFocused()
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('searchbox', { name: 'Cari produk' }))
  await page.keyboard.type('mobile legends')
  await page.keyboard.press('Enter')
  const card = page.getByRole('link', { name: /Mobile Legends: Bang Bang/ })
  await expect(card).toBeVisible()
  await tabTo(page, card)
  await page.keyboard.press('Enter')
  const user = page.getByRole('textbox', { name: 'User ID' })
  await expect(user).toBeVisible()
  await tabTo(page, user)
  await page.keyboard.type('12345678')
  await page.keyboard.press('Tab')
  await page.keyboard.type('2685')
  await tabTo(page, page.getByRole('radio').first())
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('radio', { name: /^12 Diamonds/ })).toBeChecked()
  await tabTo(page, page.getByRole('button', { name: 'Lanjut ke pembayaran' }))
  await page.keyboard.press('Enter')
  const name = page.getByRole('textbox', { name: 'Nama', exact: true })
  await expect(name).toBeVisible()
  await tabTo(page, name)
  await page.keyboard.type('Sari Dewi')
  await page.keyboard.press('Tab')
  await page.keyboard.type('081234567890')
  await page.keyboard.press('Tab')
  await page.keyboard.type('sari@example.com')
  // The fold of another way to pay, then back to the chosen way: arrows reach what stands open.
  await tabTo(page, page.locator('summary').filter({ hasText: 'Halaman pembayaran' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByRole('radio', { checked: true }), 'Shift+Tab')
  await page.keyboard.press('ArrowUp')
  await expect(page.getByRole('radio', { name: /kartu/ })).toBeChecked()
  await tabTo(page, page.getByRole('button', { name: /^Bayar Rp/ }))
  await page.keyboard.press('Enter')
  const payNow = page.getByRole('link', { name: 'Bayar sekarang' })
  await expect(payNow).toBeVisible()
  await tabTo(page, payNow)
  await page.keyboard.press('Enter')
  await payAtMidtrans(paymentFrame(page))
  await expect(page.getByRole('heading', { name: 'Nomor seri' })).toBeVisible()
})
