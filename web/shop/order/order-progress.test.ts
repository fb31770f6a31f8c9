import { expect, test } from 'vitest'
import type { OrderState, TrackLine, TrackView } from '../../../src/orders/order-view.ts'
import { lateSince, orderSteps, paceOf, stateLabel } from './order-progress.ts'

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
    payment: { method: 'midtrans', status: 'waiting', canRenew: false },
    lines: [],
    ...more,
  }
}

test('a paid order has its first step behind it, with the time of payment', () => {
  const paid = view('PROCESSING', {
    payment: { method: 'midtrans', status: 'paid', paidAt: '2026-11-21T02:05:00Z', canRenew: false },
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
  expect(
    paceOf(view('FAILED', { payment: { method: 'm', status: 'refund_pending', canRenew: false } })),
  ).toBe('live')
})

test('a state without words is shown as it is', () => {
  expect(stateLabel('SUCCESS', 'en')).toBe('Done')
  expect(stateLabel('SOMETHING_NEW', 'en')).toBe('SOMETHING_NEW')
})

test('work is late by its kind, counted from when it began again; nothing is late while the buyer is asked', () => {
  const line = (
    status: TrackLine['status'],
    deliveryKind: TrackLine['deliveryKind'] = 'SUPPLIER',
  ): TrackLine => ({
    sku: 'X',
    name: 'X',
    product: 'X',
    productSlug: 'x',
    deliveryKind,
    quantity: 1,
    total: 1000,
    status,
    input: [],
    position: 1,
  })
  const timeline = [
    { state: 'PROCESSING', at: '2026-11-21T02:00:00Z' },
    { state: 'PROCESSING', at: '2026-11-21T03:00:00Z' },
  ]
  const at = (lines: TrackLine[]) => lateSince(view('PROCESSING', { timeline, lines }))
  expect(at([line('PROCESSING')])).toBe('2026-11-21T03:10:00.000Z')
  expect(at([line('PROCESSING', 'STOCK'), line('DELIVERED')])).toBe('2026-11-21T03:02:00.000Z')
  expect(at([line('NEEDS_INPUT')])).toBeUndefined()
  expect(lateSince(view('SUCCESS', { timeline, lines: [line('DELIVERED')] }))).toBeUndefined()
})
