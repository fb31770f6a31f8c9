import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { contentTests, forgeryTests } from './payment-gateway-attacks.contract.ts'
import { faultTests } from './payment-gateway-faults.contract.ts'
import { AMOUNT, newOrder, type Abilities, type GatewayHarness } from './payment-gateway-harness.ts'
import { endingTests, openingTests, refundTests, stateTests } from './payment-gateway-life.contract.ts'
import type { Suite } from './payment-gateway-suite.ts'
import { suiteOf } from './payment-gateway-suite.ts'

/**
 * Runs the same suite against a payment gateway, once for each shape of its payments: life of a payment, faults, and
 * attacks on its messages.
 */
export function paymentGatewayContract(
  name: string,
  abilities: Abilities,
  start: () => Promise<GatewayHarness>,
): void {
  describe(`payment gateway ${name}`, () => {
    let harness: GatewayHarness
    beforeAll(async () => {
      harness = await start()
    })
    beforeEach(() => harness.reset())
    afterAll(() => harness.stop())
    test('every method opens, shows a way to pay, and its limits hold the usual basket', async () => {
      for (const { method, minimum, maximum } of harness.gateway.methods) {
        expect(minimum).toBeLessThanOrEqual(AMOUNT)
        expect(maximum).toBeGreaterThan(AMOUNT)
        const answer = await harness.gateway.open(newOrder({ method }))
        if (!answer.ok) throw new Error(`${method}: ${answer.error.detail}`)
        const { redirectUrl, qrString, virtualAccount, bill, storeCode } = answer.value
        expect([redirectUrl, qrString, virtualAccount, bill, storeCode].some(Boolean)).toBe(true)
      }
    })
    describe.each(abilities.shapes)('$method', (shape) => {
      everything(suiteOf(() => harness, abilities, shape))
    })
  })
}

function everything(suite: Suite): void {
  describe('opening', () => {
    openingTests(suite)
  })
  describe('states', () => {
    stateTests(suite)
  })
  describe('ending', () => {
    endingTests(suite)
  })
  describe('refunds', () => {
    refundTests(suite)
  })
  describe('faults', () => {
    faultTests(suite)
  })
  describe('messages', () => {
    forgeryTests(suite)
    contentTests(suite)
  })
}
