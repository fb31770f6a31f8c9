import { expect, test } from 'vitest'
import { accountSignature, isSignedBy, orderSignature } from './signature.ts'

/** The worked examples of payments.md 2.7, with its made-up account. */
const ACCOUNT = { merchantId: 'M240000EXMPL001', secret: '0123456789abcdef0123456789abcdef' }

test('signs an order and messages about it as documented', () => {
  expect(orderSignature(ACCOUNT, 'INV-2025-000123')).toBe('ea22dd556d75804f3ff50ea1201b42b2')
  expect(isSignedBy(ACCOUNT, 'INV-2025-000123', 'ea22dd556d75804f3ff50ea1201b42b2')).toBe(true)
})

test('signs a question about the account as documented', () => {
  expect(accountSignature(ACCOUNT)).toBe('c02e0ea28437fb8aac2d4d170ce8ec1c')
})

test.each([
  '',
  'ab',
  'EA22DD556D75804F3FF50EA1201B42B2',
  'é'.repeat(16),
  'x'.repeat(32),
  'c02e0ea28437fb8aac2d4d170ce8ec1c',
])('refuses %j without throwing', (received) => {
  expect(isSignedBy(ACCOUNT, 'INV-2025-000123', received)).toBe(false)
})
