import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_SHOP_RULE, priceFromCost, type PriceRule } from './price.ts'

const cost = fc.integer({ min: 1, max: 1_000_000_000 })
const rule: fc.Arbitrary<PriceRule> = fc.record({
  marginBps: fc.integer({ min: 0, max: 100_000 }),
  marginFixed: fc.integer({ min: 0, max: 1_000_000 }),
  roundTo: fc.integer({ min: 1, max: 100_000 }),
  marginFloor: fc.integer({ min: 0, max: 1_000_000 }),
})

describe('priceFromCost', () => {
  it('never goes below the floor, and lands on the step', () => {
    fc.assert(
      fc.property(cost, rule, (amount, margins) => {
        const price = priceFromCost(amount, margins)
        expect(price.floor).toBe(amount + margins.marginFloor)
        expect(price.retail).toBeGreaterThanOrEqual(price.floor)
        expect(price.retail % margins.roundTo).toBe(0)
        expect(price.trace.at(-1)?.amount).toBe(price.retail)
      }),
    )
  })

  it('never falls when the cost rises', () => {
    fc.assert(
      fc.property(cost, cost, rule, (one, other, margins) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        expect(priceFromCost(low, margins).retail).toBeLessThanOrEqual(priceFromCost(high, margins).retail)
      }),
    )
  })

  it('is the smallest price on the step that keeps both margins', () => {
    fc.assert(
      fc.property(cost, rule, (amount, margins) => {
        const below = priceFromCost(amount, margins).retail - margins.roundTo
        const withMargin =
          BigInt(amount) * BigInt(10_000 + margins.marginBps) + BigInt(margins.marginFixed) * 10_000n
        const enough = BigInt(below) * 10_000n >= withMargin && below >= amount + margins.marginFloor
        expect(enough).toBe(false)
      }),
    )
  })

  it('adds 6 %, Rp250 and rounds to Rp100 by default', () => {
    expect(priceFromCost(20_000, DEFAULT_SHOP_RULE)).toMatchObject({ retail: 21_500, floor: 20_200 })
    expect(priceFromCost(1, DEFAULT_SHOP_RULE).retail).toBe(300)
  })

  it.each([0, -5, 1.5, Number.NaN])('refuses %s as a cost', (amount) => {
    expect(() => priceFromCost(amount, DEFAULT_SHOP_RULE)).toThrow(RangeError)
  })
})
