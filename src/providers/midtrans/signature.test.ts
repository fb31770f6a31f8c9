import { expect, test } from 'vitest'
import { isSignedBy, signatureKey } from './signature.ts'

/** The worked examples of payments.md 1.7, with its made-up key. */
const SERVER_KEY = 'SB-Mid-server-EXAMPLEexample0123456789'
const fields = (status_code: string, gross_amount = '15000.00') => ({
  order_id: 'INV-2025-000123',
  status_code,
  gross_amount,
})

test.each([
  [
    '200',
    '4c163055892cc4acc4e271035d7704e8d8ca572d1e715f49807193a1aacedc45a4d3f792859662371e56d1b1140e38100bb092c54a55c3e5c78032f03f315708',
  ],
  [
    '201',
    '3136843f5f8e62aed61d1cb9303446ccaf6900520fefc3ed17771f6fcc59051abef1d60f6b224838acaacf1c417eb993b06614e11e7dc159c0447b578dc91ae5',
  ],
  [
    '202',
    '86c496e6015fcc39e43b3a5ac6fe81b4f9f0d796626d740080abfb928c0fb7862455482eaeca0b92684e773f191d0c8a216e31cf7ef5e05f64ca7c0d59972d71',
  ],
  [
    '407',
    '7200043c58f57aa3807c03d28ae3a0e14dd6f395e991f70d4149359e8e23aa3306706d88ae61e3ea1fb582c0342bb464ab7aa2b80efcf77e48958fb15aea2edd',
  ],
])('signs status code %s as documented', (code, signature) => {
  expect(signatureKey(fields(code), SERVER_KEY)).toBe(signature)
  expect(isSignedBy(fields(code), signature, SERVER_KEY)).toBe(true)
})

test('an amount written differently has another signature', () => {
  const wrong =
    '161efb086bc20397258b7ab5f7e67354aad36a06b6a6a4a393b605e324b4e8f5a6437812e11a14a9f50b0aef6f21323d5ae512945fa507faa9615a4c6b906cd5'
  expect(signatureKey(fields('200', '15000'), SERVER_KEY)).toBe(wrong)
  expect(isSignedBy(fields('200'), wrong, SERVER_KEY)).toBe(false)
})

test.each(['', 'ab', 'x'.repeat(128), 'é'.repeat(64)])('refuses %j without throwing', (received) => {
  expect(isSignedBy(fields('200'), received, SERVER_KEY)).toBe(false)
})
