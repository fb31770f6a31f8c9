import { expect, test } from 'vitest'
import { catalogTexts } from './catalog-texts.ts'
import { checkoutTexts } from './checkout-texts.ts'
import { deliveryTexts } from './delivery-texts.ts'
import { exitTexts } from './exit-texts.ts'
import { methodLabel, methodTexts } from './method-texts.ts'
import { payTexts } from './pay-texts.ts'
import { formatDateTime, formatTime } from './dates.ts'
import { infoTexts } from './info-texts.ts'
import { localePath, pickText } from './locale.ts'
import { orderTexts } from './order-texts.ts'
import { productTexts } from './product-texts.ts'
import { siteTexts } from './site-texts.ts'
import { supportTexts } from './support-texts.ts'

const AREAS = {
  catalogTexts,
  checkoutTexts,
  deliveryTexts,
  exitTexts,
  methodTexts,
  payTexts,
  infoTexts,
  orderTexts,
  productTexts,
  siteTexts,
  supportTexts,
}

/** Every text with where it stands, lists included: types cannot see that a list is shorter. */
function listPaths(texts: unknown, path = ''): string[] {
  if (typeof texts !== 'object' || texts === null) return [path]
  return Object.entries(texts).flatMap(([key, value]) => listPaths(value, `${path}/${key}`))
}

test.each(Object.entries(AREAS))('%s has the same texts in both languages', (_name, texts) => {
  expect(listPaths(texts.en)).toEqual(listPaths(texts.id))
})

test('English is part of the address, Indonesian is not', () => {
  expect(localePath('/products', 'id')).toBe('/products')
  expect(localePath('/products', 'en')).toBe('/products?lang=en')
  expect(localePath('/products?q=a#top', 'en')).toBe('/products?q=a&lang=en#top')
})

test('a text without English falls back to Indonesian', () => {
  expect(pickText('en', 'Halo', undefined)).toBe('Halo')
  expect(pickText('en', 'Halo', 'Hello')).toBe('Hello')
  expect(pickText('id', 'Halo', 'Hello')).toBe('Halo')
})

test('times are those of Jakarta, whatever the server runs in', () => {
  expect(formatTime('2026-11-21T17:35:00Z')).toBe('00:35 WIB')
  expect(formatDateTime('2026-11-21T17:35:00Z', 'en')).toBe('22 Nov 2026, 00:35 WIB')
})

test.each([
  ['midtrans', 'Midtrans'],
  ['midtrans_qris', 'QRIS'],
  ['tokopay_qris', 'QRIS'],
  ['midtrans_bca_va', 'Virtual account BCA'],
  ['tokopay_briva', 'Virtual account BRI'],
  ['midtrans_mandiri_bill', 'Virtual account Mandiri'],
  ['tokopay_gopay', 'GoPay'],
  ['midtrans_alfamart', 'Alfamart'],
  ['something_new', 'something_new'],
])('the method %s is called %s', (method, label) => {
  expect(methodLabel(method, 'id')).toBe(label)
})
