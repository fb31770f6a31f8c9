import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newOrderNumber, isOrderNumber } from '#platform/ids.ts'
import { LINE_MOVES, ORDER_MOVES, orderStateOfLines } from './order-states.ts'
import type { LineState } from './order-view.ts'
import { normalisePhone } from './phone-number.ts'
import { hashToken, isTrackingToken, trackingToken } from './tracking-token.ts'

const keys = {
  current: 'k1',
  sealing: new Map(),
  fingerprint: Buffer.alloc(32, 1),
  tracking: Buffer.alloc(32, 2),
}

test('every spelling of a mobile number leads to the same international form', () => {
  const digits = fc.stringMatching(/^8[1-9]\d{7,10}$/)
  const prefix = fc.constantFrom('0', '62', '+62', '62 ', '+62 ', '+62-', '(0', '')
  fc.assert(
    fc.property(digits, prefix, fc.constantFrom('', ' ', '-', '.'), (number, start, separator) => {
      const spread = number.replace(/(\d{3})(?=\d)/g, `$1${separator}`)
      const written = start === '(0' ? `(0${spread.slice(0, 3)})${spread.slice(3)}` : `${start}${spread}`
      expect(normalisePhone(written)).toBe(`+62${number}`)
    }),
  )
})

test.each([
  '',
  '0812',
  '+6281',
  '021 555 1234',
  '+1 202 555 0100',
  '0812345678x',
  '62628123456789',
  '081234567890123',
  '８１２３４５６７８９',
])('refuses %j as a mobile number', (text) => expect(normalisePhone(text)).toBeUndefined())

test('a tracking token depends on the order and its version, and shows neither', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (a, b) => {
      const token = trackingToken(keys, a, 1)
      expect(isTrackingToken(token)).toBe(true)
      expect(token).toBe(trackingToken(keys, a, 1))
      expect(token).not.toBe(trackingToken(keys, a, 2))
      if (a !== b) expect(hashToken(token)).not.toEqual(hashToken(trackingToken(keys, b, 1)))
    }),
  )
})

test('an order number carries a check sign that finds a wrong character', () => {
  const number = newOrderNumber()
  expect(isOrderNumber(number)).toBe(true)
  const wrong = number.slice(0, 3) + (number[3] === 'A' ? 'B' : 'A') + number.slice(4)
  expect(isOrderNumber(wrong)).toBe(false)
})

const line = fc.record({
  state: fc.constantFrom<LineState>('WAITING', 'PROCESSING', 'DELIVERED', 'FAILED', 'CANCELLED', 'REFUNDED'),
  deliveredUnits: fc.nat(3),
})

test('an order is closed exactly when no line is open, as a success only when all arrived', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
      const state = orderStateOfLines(lines)
      const open = lines.some(({ state: at }) => at === 'WAITING' || at === 'PROCESSING')
      expect(state === undefined).toBe(open)
      if (state === 'SUCCESS') expect(lines.every(({ state: at }) => at === 'DELIVERED')).toBe(true)
      if (state === 'FAILED') expect(lines.every(({ deliveredUnits }) => deliveredUnits === 0)).toBe(true)
    }),
  )
})

test('no order leaves a closed state except to be paid anew, for late money and refunds', () => {
  expect(ORDER_MOVES.SUCCESS).toEqual([])
  expect(ORDER_MOVES.CANCELLED).toEqual([])
  expect(ORDER_MOVES.EXPIRED).toEqual(['WAITING_PAYMENT', 'PROCESSING'])
  expect(LINE_MOVES.DELIVERED).toEqual([])
})
