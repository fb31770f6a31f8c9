import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chargeVerdict } from './charge-verdict.ts'

const COST = 9_400
const later = { state: 'SUCCEEDED', price: 5_000, sent_later: true, changed_late: false } as const

test.each([
  ['nothing was spent', 0, [], 'not_charged'],
  ['exactly ours was spent', COST, [], 'unclear'],
  ['a later purchase explains it', 5_000, [later], 'not_charged'],
  ['a later purchase and ours explain it', 5_000 + COST, [later], 'unclear'],
  ['somebody topped the balance up', -1_000_000, [], 'unclear'],
  ['something unexplained was spent', 3, [], 'unclear'],
  [
    'a neighbour of the same price may or may not be it',
    COST,
    [{ state: 'UNKNOWN', price: COST, sent_later: true, changed_late: false }],
    'unclear',
  ],
  [
    'one that was accepted between the two readings of our side may be in the balance or not',
    COST,
    [{ ...later, price: COST, changed_late: true }],
    'unclear',
  ],
  [
    'an accepted one of the same price may have been refunded at the supplier meanwhile',
    0,
    [{ ...later, state: 'ACCEPTED', price: COST, sent_later: false }],
    'unclear',
  ],
  [
    'a later one failed and was refunded',
    0,
    [{ state: 'FAILED', price: 5_000, sent_later: true, changed_late: false }],
    'not_charged',
  ],
] as const)('%s', (_, spent, neighbours, expected) => {
  expect(chargeVerdict(spent, COST, neighbours)).toBe(expected)
})

test('never says "not charged" when we were charged, whatever the neighbours did', () => {
  const state = fc.constantFrom('ACCEPTED', 'SUCCEEDED', 'FAILED', 'UNKNOWN', 'IN_FLIGHT', 'MANUAL')
  const neighbour = fc.record({
    state,
    price: fc.integer({ min: 1, max: 20_000 }),
    sent_later: fc.boolean(),
    changed_late: fc.boolean(),
    effect: fc.constantFrom(-1, 0, 1),
  })
  fc.assert(
    fc.property(fc.array(neighbour, { maxLength: 6 }), (neighbours) => {
      const spent = neighbours.reduce((sum, { state: own, price, effect, ...when }) => {
        const mayBeRefunded = own !== 'SUCCEEDED' && !when.sent_later
        const isCertain = own === 'SUCCEEDED' && when.sent_later && !when.changed_late
        return sum + (isCertain ? price : Math.max(effect, mayBeRefunded ? -1 : 0) * price)
      }, COST)
      expect(chargeVerdict(spent, COST, neighbours)).toBe('unclear')
    }),
  )
})
