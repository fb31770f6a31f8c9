import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Candidate } from './offer-view-store.ts'
import { affordable, percentile95, rankOffers } from './rank-offers.ts'

const plain: Candidate = {
  id: 'a',
  supplier: 'a',
  code: 'x',
  display_name: '',
  cost: 20_000,
  target_form: 'apart',
  family: 'f',
  paused: false,
  broken: false,
  delivered: 0,
  failed: 0,
  seconds: [],
  open: 0,
}
const offer = (id: string, change: Partial<Candidate>): Candidate => ({
  ...plain,
  id,
  supplier: id,
  ...change,
})
const order = (...offers: Candidate[]): string =>
  rankOffers(offers)
    .map(({ id }) => id)
    .join(' ')

describe('the order of offers', () => {
  test.each([
    ['strangers by cost', [offer('a', { cost: 20_100 }), offer('b', {})], 'b a'],
    ['equals by id', [offer('b', {}), offer('a', {})], 'a b'],
    [
      'one that fails four in ten after one within the budget that does not',
      [offer('a', { delivered: 60, failed: 40 }), offer('b', { cost: 20_500, delivered: 99, failed: 1 })],
      'b a',
    ],
    [
      'never for more than the budget',
      [offer('a', { delivered: 60, failed: 40 }), offer('b', { cost: 20_601, delivered: 100 })],
      'a b',
    ],
    [
      'a slow one after a quick one at nearly its price',
      [
        offer('a', { delivered: 50, seconds: [0, 0, 0, 0, 0, 0, 50] }),
        offer('b', { cost: 20_200, delivered: 50 }),
      ],
      'b a',
    ],
    [
      'open circuits after all that work, paused suppliers last',
      [offer('a', { paused: true }), offer('b', { broken: true }), offer('c', { cost: 90_000 })],
      'c b a',
    ],
    [
      'too many unproven purchases at a stranger',
      [offer('a', { open: 12 }), offer('b', { cost: 20_300, delivered: 50 })],
      'b a',
    ],
  ])('%s', (_, offers, expected) => {
    expect(order(...offers)).toBe(expected)
  })

  test('is a function of the offers, keeps them all, and never pays more than the budget while others work', () => {
    const candidate = fc.record({
      id: fc.string({ minLength: 1, maxLength: 4 }),
      cost: fc.integer({ min: 1, max: 100_000 }),
      delivered: fc.nat(500),
      failed: fc.nat(500),
      open: fc.nat(50),
      paused: fc.boolean(),
      broken: fc.boolean(),
      seconds: fc.array(fc.nat(100), { maxLength: 10 }),
    })
    const some = fc.uniqueArray(candidate, { selector: ({ id }) => id, minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(some, (changes) => {
        const offers = changes.map(({ id, ...change }) => offer(id, change))
        const ranked = rankOffers(offers)
        expect(rankOffers(offers.toReversed())).toEqual(ranked)
        expect(ranked.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
          offers.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        )
        const working = offers.filter(({ paused, broken }) => !paused && !broken)
        if (working.length === 0) return
        expect(ranked[0]?.cost).toBeLessThanOrEqual(affordable(Math.min(...working.map(({ cost }) => cost))))
      }),
    )
  })
})

test.each([
  [[], null],
  [[1], 2],
  [[95, 5], 2],
  [[94, 6], 5],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 3], 1_800],
])('95 of 100 of %j took at most %j seconds', (seconds, expected) => {
  expect(percentile95(seconds)).toBe(expected)
})
