import { expect, test } from 'vitest'
import type { OrderState, TrackView } from '../../../src/orders/order-view.ts'
import { orderSteps, paceOf, stateLabel } from './order-progress.ts'

function view(status: OrderState, more: Partial<TrackView> = {}): TrackView {
  return {
    orderNumber: 'LPK-1',
    status,
    total: 1000,
    subtotal: 1000,
    fee: 0,
    currency: 'IDR',
    createdAt: '2026-11-21T02:00:00Z',
    expiresAt: null,
    version: 1,
    timeline: [],
    payment: { method: 'midtrans', status: 'waiting' },
    lines: [],
    ...more,
  }
}

test('a paid order has its first step behind it, with the time of payment', () => {
  const paid = view('PROCESSING', {
    payment: { method: 'midtrans', status: 'paid', paidAt: '2026-11-21T02:05:00Z' },
  })
  expect(orderSteps(paid, 'id').map((step) => [step.state, step.detail])).toEqual([
    ['done', '09:05 WIB'],
    ['now', undefined],
    ['later', undefined],
  ])
})

test('an order keeps being watched while something may still happen', () => {
  expect(paceOf(view('WAITING_PAYMENT'))).toBe('live')
  expect(paceOf(view('SUCCESS'))).toBe('still')
  expect(paceOf(view('EXPIRED'))).toBe('slow')
  expect(paceOf(view('FAILED', { payment: { method: 'm', status: 'refund_pending' } }))).toBe('live')
})

test('a state without words is shown as it is', () => {
  expect(stateLabel('SUCCESS', 'en')).toBe('Done')
  expect(stateLabel('SOMETHING_NEW', 'en')).toBe('SOMETHING_NEW')
})
