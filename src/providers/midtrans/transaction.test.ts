import { expect, test } from 'vitest'
import { readFact } from './transaction.ts'

function body(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    status_code: '200',
    transaction_id: 'tx-1',
    order_id: 'LP-A-1',
    gross_amount: '15000.00',
    currency: 'IDR',
    merchant_id: 'G000000000',
    payment_type: 'qris',
    transaction_time: '2025-01-31 18:00:00',
    transaction_status: 'settlement',
    settlement_time: '2025-01-31 18:02:11',
    fraud_status: 'accept',
    a_field_of_tomorrow: { x: 1 },
    ...change,
  }
}

test.each([
  ['settlement', 'accept', 'paid'],
  ['settlement', undefined, 'paid'],
  ['settlement', 'challenge', 'review'],
  ['settlement', 'deny', 'review'],
  ['capture', 'accept', 'paid'],
  ['capture', 'challenge', 'review'],
  ['capture', undefined, 'review'],
  ['PENDING', 'accept', 'pending'],
  ['Settlement', 'Accept', 'paid'],
  ['authorize', 'accept', 'review'],
  ['deny', 'deny', 'failed'],
  ['failure', undefined, 'failed'],
  ['cancel', 'accept', 'cancelled'],
  ['expire', undefined, 'expired'],
  ['refund', 'accept', 'refunded'],
  ['partial_refund', 'accept', 'partially_refunded'],
  ['chargeback', 'accept', 'chargeback'],
  ['partial_chargeback', 'accept', 'partly_charged_back'],
  ['a_word_of_tomorrow', 'accept', 'review'],
])('%s with fraud status %s is %s', (status, fraud, state) => {
  const { fraud_status: _, ...rest } = body({ transaction_status: status })
  expect(readFact(fraud === undefined ? rest : { ...rest, fraud_status: fraud }, undefined)?.state).toBe(
    state,
  )
})

test('reads amount, times in Jakarta time, and refunds', () => {
  const refunds = [
    { refund_key: 'r-1', refund_amount: '5000.00', bank_confirmed_at: 'x' },
    { refund_chargeback_id: 7, refund_amount: '1.00' },
  ]
  expect(readFact(body({ refunds }), 'G000000000')).toMatchObject({
    amount: 15_000,
    at: new Date('2025-01-31T11:02:11Z'),
    merchantMatches: true,
    refunds: [
      { key: 'r-1', amount: 5_000 },
      { key: 'id-7', amount: 1 },
    ],
  })
})

test.each([
  ['no settlement time', { settlement_time: null }],
  ['an empty settlement time', { settlement_time: '' }],
  ['an empty fraud status', { fraud_status: '' }],
  ['no fraud status', { fraud_status: null }],
  ['no refunds', { refunds: null }],
  ['an empty list of refunds', { refunds: '' }],
])('%s is as good as the field missing', (_, change) => {
  const [field = ''] = Object.keys(change)
  const missing = readFact(body({ [field]: undefined }), undefined)
  expect(missing).toMatchObject({ state: 'paid', amount: 15_000, refunds: [] })
  expect(readFact(body(change), undefined)).toEqual(missing)
})

test('a capture without a word of the fraud check is never paid', () => {
  expect(readFact(body({ transaction_status: 'capture', fraud_status: '' }), undefined)?.state).toBe('review')
})

test('a refund without a key is told by its number', () => {
  const refunds = [{ refund_key: null, refund_chargeback_id: 7, refund_amount: '1.00' }]
  expect(readFact(body({ refunds }), undefined)).toMatchObject({ refunds: [{ key: 'id-7', amount: 1 }] })
})

test('another merchant is noticed', () => {
  expect(readFact(body(), 'G111111111')).toMatchObject({ merchantMatches: false })
})

test.each([
  ['a fraction', { gross_amount: '15000.50' }],
  ['a number', { gross_amount: 15_000 }],
  ['thousands separators', { gross_amount: '15,000.00' }],
  ['no transaction id', { transaction_id: undefined }],
  ['a time that is none', { transaction_time: 'yesterday' }],
])('does not guess at %s', (_, change) => {
  expect(readFact(body(change), undefined)).toBeUndefined()
})
