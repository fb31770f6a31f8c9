import { expect, test } from 'vitest'
import { findGatewayOfMethod, listPaymentMethods } from './payment-methods.ts'
import { paymentReference } from './payment.ts'

const methods = [
  {
    method: 'midtrans',
    label: 'QRIS',
    labelEn: 'QRIS',
    group: 'page',
    minimum: 1_000,
    maximum: 100_000_000,
    confirmSeconds: 20,
    refunds: 'partial',
    cost: { fixed: 0, bps: 0 },
    onByDefault: true,
  },
] as const
const gateways = new Map([['midtrans', { id: 'midtrans', methods }]])

test('offers the method with the total unchanged', () => {
  expect(listPaymentMethods(gateways, 20_500)).toMatchObject([
    { method: 'midtrans', fee: 0, total: 20_500, enabled: true },
  ])
})

test.each([
  [999, 'Pembayaran ini tersedia mulai Rp1.000.'],
  [100_000_001, 'Pembayaran ini tersedia sampai Rp100.000.000.'],
])('disables it for %i and says why', (total, reason) => {
  expect(listPaymentMethods(gateways, total)).toMatchObject([{ enabled: false, reason }])
})

test('finds the gateway behind a method of the contract', () => {
  expect(findGatewayOfMethod(gateways, 'midtrans')).toBe('midtrans')
  expect(findGatewayOfMethod(gateways, 'wallet')).toBeUndefined()
})

test('a reference fits every gateway', () => {
  expect(paymentReference('LP-7K2M9Q4XA0', 2)).toBe('LP-7K2M9Q4XA0-2')
  expect(() => paymentReference('LP/7', 1)).toThrow(RangeError)
})
