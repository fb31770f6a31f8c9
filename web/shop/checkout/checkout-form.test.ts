import { expect, test } from 'vitest'
import { findFormErrors, parseCheckout, sortErrors, toOrderRequest } from './checkout-form.ts'

function posted(changes: Record<string, string> = {}): FormData {
  const form = new FormData()
  const fields = {
    name: ' Budi ',
    phone: '0812-3456 7890',
    email: 'budi@contoh.id',
    paymentMethod: 'tokopay_qris',
    'total.tokopay_qris': '39525',
    'total.midtrans': '43250',
    quantity: '2',
    shownQuantity: '2',
    idempotencyKey: 'key-1',
    ...changes,
  }
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}

const choice = { sku: 'FF-172', quantity: 1, input: { user_id: '123456' } }

test('a posted form becomes an order request with the total shown for the chosen method', () => {
  expect(toOrderRequest(parseCheckout(posted()), choice, 'id')).toEqual({
    items: [{ sku: 'FF-172', quantity: 2, input: { user_id: '123456' } }],
    customer: { name: 'Budi', email: 'budi@contoh.id', phone: '081234567890' },
    paymentMethod: 'tokopay_qris',
    locale: 'id',
    expectedTotal: 39525,
  })
})

test('a total that is not a whole number is not claimed to have been seen', () => {
  const form = parseCheckout(posted({ 'total.tokopay_qris': '39.5' }))
  expect(form.expectedTotal).toBeUndefined()
  expect(toOrderRequest(form, choice, 'id')).not.toHaveProperty('expectedTotal')
})

test('a filled form has no mistakes', () => {
  expect(findFormErrors(parseCheckout(posted()), 'id')).toEqual({})
})

test('every empty field is named in the reader’s language', () => {
  const form = parseCheckout(posted({ name: '', phone: '', email: '', paymentMethod: '' }))
  expect(Object.keys(findFormErrors(form, 'id'))).toEqual(['name', 'phone', 'email', 'paymentMethod'])
  expect(findFormErrors(form, 'en').email).toBe('Please enter E-mail.')
})

test('an account that could not be checked asks for a tick', () => {
  expect(findFormErrors(parseCheckout(posted({ mustConfirm: 'yes' })), 'id')).toHaveProperty('confirm')
  expect(findFormErrors(parseCheckout(posted({ mustConfirm: 'yes', confirm: 'yes' })), 'id')).toEqual({})
})

test('mistakes of the domain go to their fields; the rest is kept as sentences', () => {
  const error = (pointer: string) => ({ pointer, code: 'x', detail: `salah ${pointer}`, detailEn: 'wrong' })
  const sorted = sortErrors([error('/customer/email'), error('/couponCode')], 'id')
  expect(sorted).toEqual({
    fields: { email: 'salah /customer/email' },
    rest: ['salah /couponCode'],
    isAboutAccount: false,
  })
  expect(sortErrors([error('/items/0/input/user_id')], 'id').isAboutAccount).toBe(true)
})
