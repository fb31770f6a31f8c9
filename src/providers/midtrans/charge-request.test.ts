import { expect, test } from 'vitest'
import type { GatewayOrder } from '../../payments/ports.ts'
import { toChargeRequest } from './charge-request.ts'
import { chargeOf, METHODS, type Charge } from './methods.ts'

const NOW = new Date('2025-01-31T11:00:00Z')

const order: GatewayOrder = {
  reference: 'LP-7K2M9Q4XA0-1',
  method: 'midtrans_qris',
  amount: 20_000,
  items: [{ id: 'ML-86', name: '86 Diamonds', price: 19_000, quantity: 1 }],
  customer: { name: 'Budi', email: 'budi@example.com', phone: '' },
  expiresAt: new Date(NOW.getTime() + 3_600_000),
  now: NOW,
  returnUrl: 'https://shop.example/track/abc',
}

test('charges the order with its end, its items and its fee', () => {
  expect(toChargeRequest(order, { type: 'qris' })).toEqual({
    payment_type: 'qris',
    qris: { acquirer: 'gopay' },
    transaction_details: { order_id: 'LP-7K2M9Q4XA0-1', gross_amount: 20_000 },
    item_details: [
      { id: 'ML-86', name: '86 Diamonds', price: 19_000, quantity: 1 },
      { id: 'fee', name: 'Biaya layanan', price: 1_000, quantity: 1 },
    ],
    customer_details: { first_name: 'Budi', email: 'budi@example.com' },
    custom_expiry: { order_time: '2025-01-31 18:00:00 +0700', expiry_duration: 60, unit: 'minute' },
  })
})

test.each<[Charge, Record<string, unknown>]>([
  [
    { type: 'bank_transfer', bank: 'bca' },
    { payment_type: 'bank_transfer', bank_transfer: { bank: 'bca' } },
  ],
  [
    { type: 'echannel' },
    { payment_type: 'echannel', echannel: { bill_info1: 'Pesanan', bill_info2: 'LP-7K2M9Q4XA0-1' } },
  ],
  [
    { type: 'cstore', store: 'alfamart' },
    { payment_type: 'cstore', cstore: { store: 'alfamart', message: 'Pesanan LP-7K2M9Q4XA0-1' } },
  ],
  [
    { type: 'gopay' },
    {
      payment_type: 'gopay',
      gopay: { enable_callback: true, callback_url: 'https://shop.example/track/abc' },
    },
  ],
])('says what %j needs', (charge, expected) => {
  expect(toChargeRequest(order, charge)).toMatchObject(expected)
})

test('the page stands first; QRIS and BCA are on beside it; all else is an operator’s choice', () => {
  const on = METHODS.filter(({ onByDefault }) => onByDefault).map(({ method }) => method)
  expect(on).toEqual(['midtrans', 'midtrans_qris', 'midtrans_bca_va'])
  expect(METHODS.map(({ method }) => method)).toEqual([
    'midtrans',
    'midtrans_qris',
    'midtrans_gopay',
    'midtrans_bca_va',
    'midtrans_bni_va',
    'midtrans_bri_va',
    'midtrans_permata_va',
    'midtrans_mandiri_bill',
    'midtrans_indomaret',
    'midtrans_alfamart',
  ])
  expect(chargeOf('midtrans')).toBeUndefined()
  expect(() => chargeOf('tokopay_qris')).toThrow(RangeError)
})

test('what cannot give money back says so', () => {
  const refunds = Object.groupBy(METHODS, ({ refunds: kind }) => kind)
  expect(refunds.none?.every(({ group }) => group === 'virtual_account' || group === 'retail')).toBe(true)
  expect(refunds.partial?.map(({ method }) => method)).toEqual([
    'midtrans',
    'midtrans_qris',
    'midtrans_gopay',
  ])
})
