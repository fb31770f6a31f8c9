import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { GatewayAttempt, PaymentFact } from '#payments'
import { contentTests, forgeryTests } from './payment-gateway-attacks.contract.ts'
import { AMOUNT, asked, attemptOf, newOrder, opened, type GatewayHarness } from './payment-gateway-harness.ts'

type Known = Exclude<PaymentFact, { state: 'not_found' }>

/** Runs the same suite against a payment gateway: life of a payment, faults, and attacks on its messages. */
export function paymentGatewayContract(name: string, start: () => Promise<GatewayHarness>): void {
  describe(`payment gateway ${name}`, () => {
    let harness: GatewayHarness
    beforeAll(async () => {
      harness = await start()
    })
    beforeEach(() => harness.reset())
    afterAll(() => harness.stop())
    const get = () => harness
    describe('opening', () => {
      openingTests(get)
    })
    describe('states', () => {
      stateTests(get)
    })
    describe('ending', () => {
      endingTests(get)
    })
    describe('refunds', () => {
      refundTests(get)
    })
    describe('faults', () => {
      faultTests(get)
    })
    describe('messages', () => {
      forgeryTests(get)
      contentTests(get)
    })
  })
}

function openingTests(get: () => GatewayHarness): void {
  test('opens a payment that shows the buyer how to pay', async () => {
    const answer = await get().gateway.open(newOrder())
    if (!answer.ok) throw new Error(answer.error.detail)
    const { token, redirectUrl, qrString, virtualAccount } = answer.value
    expect([token, redirectUrl, qrString, virtualAccount].some((way) => way !== undefined)).toBe(true)
  })

  test.each([
    ['a fee', [{ id: 'A', name: 'A', price: AMOUNT - 1_000, quantity: 1 }]],
    ['a discount', [{ id: 'A', name: 'A', price: AMOUNT, quantity: 2 }]],
    ['no items', []],
    ['long and odd names', [{ id: 'x'.repeat(90), name: '💎'.repeat(60), price: AMOUNT, quantity: 1 }]],
    ['an empty name', [{ id: 'A', name: ' ', price: AMOUNT, quantity: 1 }]],
  ])('opens an order with %s', async (_, items) => {
    expect(await get().gateway.open(newOrder({ items }))).toMatchObject({ ok: true })
  })

  test('opens with an expiry of seconds and of weeks, without a phone, with a very long return URL', async () => {
    const now = new Date()
    for (const ms of [1_000, 30 * 86_400_000]) {
      expect(
        await get().gateway.open(newOrder({ now, expiresAt: new Date(now.getTime() + ms) })),
      ).toMatchObject({ ok: true })
    }
    const customer = { name: 'Budi', email: 'budi@example.com', phone: '' }
    expect(
      await get().gateway.open(newOrder({ customer, returnUrl: `https://shop.example/${'x'.repeat(300)}` })),
    ).toMatchObject({ ok: true })
  })
}

function stateTests(get: () => GatewayHarness): void {
  test('knows nothing before a method was chosen', async () => {
    const attempt = await opened(get().gateway)
    const fact = await asked(get().gateway, attempt)
    expect(['not_found', 'pending']).toContain(fact.state)
    expect(await asked(get().gateway, attemptOf(newOrder()))).toEqual({ state: 'not_found' })
  })

  test('reports a paid payment in full', async () => {
    const attempt = await opened(get().gateway)
    await get().choose(attempt.reference)
    expect(await asked(get().gateway, attempt)).toMatchObject({ state: 'pending' })
    await get().pay(attempt.reference)
    const fact = (await asked(get().gateway, attempt)) as Known
    expect(fact).toMatchObject({
      state: 'paid',
      reference: attempt.reference,
      amount: AMOUNT,
      currency: 'IDR',
      merchantMatches: true,
      refunds: [],
    })
    expect(fact.transactionId.length).toBeGreaterThan(0)
    expect(Math.abs(fact.at.getTime() - Date.now())).toBeLessThan(60_000)
  })

  test.each(['failed', 'cancelled', 'expired', 'review'] as const)('reports %s', async (state) => {
    const attempt = await opened(get().gateway)
    await get().choose(attempt.reference)
    await get().move(attempt.reference, state)
    expect(await asked(get().gateway, attempt)).toMatchObject({ state })
  })

  test('reports a chargeback', async () => {
    const attempt = await opened(get().gateway)
    await get().pay(attempt.reference)
    await get().move(attempt.reference, 'chargeback')
    expect(await asked(get().gateway, attempt)).toMatchObject({ state: 'chargeback' })
  })

  test('reports the amount that was really paid', async () => {
    for (const amount of [AMOUNT - 1, AMOUNT + 1]) {
      const attempt = await opened(get().gateway)
      await get().pay(attempt.reference, { amount })
      expect(await asked(get().gateway, attempt)).toMatchObject({ state: 'paid', amount })
    }
  })

  test('a second payment of one reference has another transaction id', async () => {
    const attempt = await opened(get().gateway)
    await get().pay(attempt.reference)
    const first = (await asked(get().gateway, attempt)) as Known
    await get().payAgain(attempt.reference)
    const second = (await asked(get().gateway, attempt)) as Known
    expect(second.transactionId).not.toBe(first.transactionId)
  })

  test('a reference that was paid cannot be opened again', async () => {
    const attempt = await opened(get().gateway)
    await get().pay(attempt.reference)
    expect(await get().gateway.open(newOrder({ reference: attempt.reference }))).toMatchObject({
      ok: false,
      error: { code: 'taken' },
    })
  })
}

function endingTests(get: () => GatewayHarness): void {
  test.each(['cancel', 'expire'] as const)('%s ends a waiting payment', async (action) => {
    const attempt = await opened(get().gateway)
    await get().choose(attempt.reference)
    const state = action === 'cancel' ? 'cancelled' : 'expired'
    expect(await get().gateway[action](attempt)).toMatchObject({ ok: true, value: { state } })
    expect(await asked(get().gateway, attempt)).toMatchObject({ state })
  })

  test.each(['cancel', 'expire'] as const)('%s of a page that nobody used is fine', async (action) => {
    const attempt = await opened(get().gateway)
    expect(await get().gateway[action](attempt)).toMatchObject({ ok: true })
  })

  test.each(['cancel', 'expire'] as const)('%s never undoes a payment', async (action) => {
    const attempt = await opened(get().gateway)
    await get().pay(attempt.reference)
    expect(await get().gateway[action](attempt)).toMatchObject({
      ok: false,
      error: { code: 'refused' },
    })
    expect(await asked(get().gateway, attempt)).toMatchObject({ state: 'paid' })
  })

  test('the probe tells a good secret from a bad one', async () => {
    expect(await get().gateway.probe()).toMatchObject({ ok: true })
    expect(await get().stranger.probe()).toMatchObject({ ok: false })
    expect(await get().unreachable.probe()).toMatchObject({ ok: false })
  })
}

function refundTests(get: () => GatewayHarness): void {
  async function paid(method: 'refundable' | 'not_refundable' = 'refundable'): Promise<GatewayAttempt> {
    const attempt = await opened(get().gateway)
    await get().pay(attempt.reference, { method })
    return attempt
  }
  const refund = (attempt: GatewayAttempt, key: string, amount: number) =>
    get().gateway.refund({
      attempt,
      refundKey: `${attempt.reference}-${key}`,
      amount,
      reason: 'Stok habis',
    })

  test('a full refund is reported with its key', async () => {
    const attempt = await paid()
    expect(await refund(attempt, 'r1', AMOUNT)).toEqual({ state: 'done' })
    expect(await asked(get().gateway, attempt)).toMatchObject({
      state: 'refunded',
      refunds: [{ key: `${attempt.reference}-r1`, amount: AMOUNT }],
    })
  })

  test('partial refunds add up, and repeating a key gives nothing more', async () => {
    const attempt = await paid()
    for (const key of ['r1', 'r1', 'r2', 'r1'])
      expect(await refund(attempt, key, 10_000)).toEqual({ state: 'done' })
    expect(await asked(get().gateway, attempt)).toMatchObject({
      state: 'partially_refunded',
      refunds: [
        { key: `${attempt.reference}-r1`, amount: 10_000 },
        { key: `${attempt.reference}-r2`, amount: 10_000 },
      ],
    })
  })

  test('more than is left is not possible', async () => {
    const attempt = await paid()
    expect(await refund(attempt, 'r1', AMOUNT + 1)).toMatchObject({ state: 'not_possible' })
  })

  test('a method without refunds says so', async () => {
    const attempt = await paid('not_refundable')
    expect(await refund(attempt, 'r1', AMOUNT)).toMatchObject({ state: 'not_possible' })
  })

  test('an unpaid payment has nothing to give back', async () => {
    const attempt = await opened(get().gateway)
    expect(await refund(attempt, 'r1', AMOUNT)).toMatchObject({ state: 'not_possible' })
  })

  test('a very long reason is no obstacle', async () => {
    const attempt = await paid()
    const wish = { attempt, refundKey: `${attempt.reference}-r1`, amount: 1_000, reason: 'x'.repeat(2_000) }
    expect(await get().gateway.refund(wish)).toEqual({ state: 'done' })
  })

  test.each(['http_500', 'html', 'truncate', 'empty', 'reset'] as const)(
    'after %s the outcome is unknown, and the key settles it',
    async (fault) => {
      const attempt = await paid()
      await get().breakNext('refund', fault)
      expect(await refund(attempt, 'r1', 5_000)).toMatchObject({ state: 'unknown' })
      expect(await refund(attempt, 'r1', 5_000)).toEqual({ state: 'done' })
      expect(await asked(get().gateway, attempt)).toMatchObject({ refunds: [{ amount: 5_000 }] })
    },
  )
}

function faultTests(get: () => GatewayHarness): void {
  test('nobody listening: nothing was opened', async () => {
    expect(await get().unreachable.open(newOrder())).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    })
    expect(await get().unreachable.ask(attemptOf(newOrder()))).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    })
    expect(await get().unreachable.cancel(attemptOf(newOrder()))).toMatchObject({
      ok: false,
      error: { code: 'unavailable' },
    })
  })

  test("another merchant's secret opens nothing and learns nothing", async () => {
    const attempt = await opened(get().gateway)
    await get().pay(attempt.reference)
    expect(await get().stranger.open(newOrder())).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(await get().stranger.ask(attempt)).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  })

  test.each(['http_500', 'http_429', 'html'] as const)(
    'opening with %s: nothing was opened',
    async (fault) => {
      await get().breakNext('open', fault)
      expect(await get().gateway.open(newOrder())).toMatchObject({
        ok: false,
        error: { code: 'unavailable' },
      })
    },
  )

  test.each(['truncate', 'empty', 'reset', 'timeout_after'] as const)(
    'opening with %s: unknown, so it is asked before anything else',
    async (fault) => {
      const order = newOrder()
      await get().breakNext('open', fault)
      expect(await get().gateway.open(order)).toMatchObject({ ok: false, error: { code: 'unknown' } })
      expect(['not_found', 'pending']).toContain((await asked(get().gateway, attemptOf(order))).state)
    },
  )

  test.each(['http_500', 'http_429', 'html', 'truncate', 'empty', 'reset'] as const)(
    'asking with %s says nothing about the payment',
    async (fault) => {
      const attempt = await opened(get().gateway)
      await get().pay(attempt.reference)
      await get().breakNext('ask', fault)
      expect(await get().gateway.ask(attempt)).toMatchObject({ ok: false, error: { code: 'unavailable' } })
      expect(await asked(get().gateway, attempt)).toMatchObject({ state: 'paid' })
    },
  )
}
