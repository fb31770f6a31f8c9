import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GatewayOrder } from '../../payments/ports.ts'
import { toSnapRequest } from './snap-request.ts'

type Items = { id: string; name: string; price: number; quantity: number }[]

function order(change: Partial<GatewayOrder> = {}): GatewayOrder {
  const now = new Date('2025-01-31T11:00:00Z')
  return {
    reference: 'LP-A-1',
    method: 'midtrans',
    amount: 20_000,
    items: [{ id: 'ML-86', name: '86 Diamonds', price: 20_000, quantity: 1 }],
    customer: { name: 'Budi', email: 'budi@example.com', phone: '+628123' },
    expiresAt: new Date(now.getTime() + 3_600_000),
    now,
    returnUrl: 'https://shop.example/track/abc',
    ...change,
  }
}

test('writes the expiry in Jakarta time', () => {
  expect(toSnapRequest(order())['expiry']).toEqual({
    start_time: '2025-01-31 18:00:00 +0700',
    duration: 60,
    unit: 'minute',
  })
})

test.each([
  [59_000, 5],
  [3_599_999, 59],
  [40 * 86_400_000, 10_080],
])('an expiry in %i ms is asked as %i minutes', (ms, duration) => {
  const { now } = order()
  expect(toSnapRequest(order({ expiresAt: new Date(now.getTime() + ms) }))['expiry']).toMatchObject({
    duration,
  })
})

test('items always add up, and their texts fit', () => {
  const item = fc.record({
    id: fc.string({ minLength: 1, maxLength: 80 }),
    name: fc.string({ unit: 'grapheme', maxLength: 120 }),
    price: fc.integer({ min: 1, max: 5_000_000 }),
    quantity: fc.integer({ min: 1, max: 100 }),
  })
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 100_000_000 }),
      (items, amount) => {
        const sent = toSnapRequest(order({ items, amount }))['item_details'] as Items
        expect(sent.reduce((sum, { price, quantity }) => sum + price * quantity, 0)).toBe(amount)
        for (const { id, name } of sent) {
          expect(id.length).toBeLessThanOrEqual(50)
          expect(name.length).toBeLessThanOrEqual(50)
          expect(name.isWellFormed()).toBe(true)
        }
      },
    ),
  )
})

test('the page offers no method whose state cannot be asked for by our reference', () => {
  const offered = toSnapRequest(order())['enabled_payments'] as string[]
  expect(offered).toEqual(expect.arrayContaining(['gopay', 'other_qris', 'bca_va', 'credit_card']))
  expect(offered).not.toContain('dana')
})
