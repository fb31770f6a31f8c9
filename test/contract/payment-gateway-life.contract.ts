import { expect, test } from 'vitest'
import type { GatewayAttempt, PaymentFact } from '#payments'
import { readQris } from '../../src/shared/qris.ts'
import { AMOUNT, attemptOf } from './payment-gateway-harness.ts'
import type { Suite } from './payment-gateway-suite.ts'

type Known = Exclude<PaymentFact, { state: 'not_found' }>

/** What the buyer sees, and which orders can be opened. */
export function openingTests({ get, shape, order }: Suite): void {
  test(`shows the buyer how to pay: ${shape.shows}`, async () => {
    const answer = await get().gateway.open(order())
    if (!answer.ok) throw new Error(answer.error.detail)
    const { redirectUrl, qrString, virtualAccount } = answer.value
    switch (shape.shows) {
      case 'page':
        expect(redirectUrl).toMatch(/^https?:\/\//)
        break
      case 'qris':
        expect(readQris(qrString ?? '')).toMatchObject({
          ok: true,
          value: { amount: AMOUNT, isDynamic: true },
        })
        break
      case 'virtual_account':
        expect(virtualAccount?.number).toMatch(/^\d{8,30}$/)
        expect(virtualAccount?.bank).toMatch(/^[a-z]+$/)
    }
  })

  test.each([
    ['a fee', [{ id: 'A', name: 'A', price: AMOUNT - 1_000, quantity: 1 }]],
    ['a discount', [{ id: 'A', name: 'A', price: AMOUNT, quantity: 2 }]],
    ['no items', []],
    ['long and odd names', [{ id: 'x'.repeat(90), name: '💎'.repeat(60), price: AMOUNT, quantity: 1 }]],
    ['an empty name', [{ id: 'A', name: ' ', price: AMOUNT, quantity: 1 }]],
  ])('opens an order with %s', async (_, items) => {
    expect(await get().gateway.open(order({ items }))).toMatchObject({ ok: true })
  })

  test('opens with an expiry of seconds and of weeks, without a phone, with a very long return URL', async () => {
    const now = new Date()
    for (const ms of [1_000, 30 * 86_400_000]) {
      expect(await get().gateway.open(order({ now, expiresAt: new Date(now.getTime() + ms) }))).toMatchObject(
        { ok: true },
      )
    }
    const customer = { name: 'Budi', email: 'budi@example.com', phone: '' }
    expect(
      await get().gateway.open(order({ customer, returnUrl: `https://shop.example/${'x'.repeat(300)}` })),
    ).toMatchObject({ ok: true })
  })
}

/** What the gateway says about a payment, from before it was opened until money went back. */
export function stateTests(suite: Suite): void {
  const { get, abilities, order, open, paid, ask } = suite

  test('knows nothing before a payment was opened, and asking opens none', async () => {
    const never = attemptOf(order())
    expect(await ask(never)).toEqual({ state: 'not_found' })
    expect(await ask(never)).toEqual({ state: 'not_found' })
    await expect(get().pay(never.reference)).rejects.toThrow(never.reference)
  })

  test('waits for the buyer', async () => {
    const attempt = await open()
    expect(['not_found', 'pending']).toContain((await ask(attempt)).state)
    await get().choose(attempt.reference)
    expect(await ask(attempt)).toMatchObject({ state: 'pending' })
  })

  test('reports a paid payment in full', async () => {
    const attempt = await paid()
    const fact = (await ask(attempt)) as Known
    expect(fact).toMatchObject({
      state: 'paid',
      reference: attempt.reference,
      amount: attempt.payable,
      currency: 'IDR',
      merchantMatches: true,
      refunds: [],
    })
    expect(fact.transactionId.length).toBeGreaterThan(0)
    expect(Math.abs(fact.at.getTime() - Date.now())).toBeLessThan(60_000)
    expect(fact.net ?? 0).toBeLessThanOrEqual(fact.amount)
  })

  test.each(abilities.states)('reports %s', async (state) => {
    const attempt = await open()
    await get().choose(attempt.reference)
    await get().move(attempt.reference, state)
    expect(await ask(attempt)).toMatchObject({ state })
  })

  test('reports the amount that was really paid', async () => {
    for (const amount of [AMOUNT - 1, AMOUNT + 1]) {
      const attempt = await open()
      await get().pay(attempt.reference, { amount })
      expect(await ask(attempt)).toMatchObject({ state: 'paid', amount })
    }
  })

  test('a fee on top is told in advance, and is what was paid in the end', async () => {
    await get().surcharge?.()
    const attempt = await paid()
    expect(attempt.payable > AMOUNT).toBe(get().surcharge !== undefined)
    expect(await ask(attempt)).toMatchObject({ state: 'paid', amount: attempt.payable })
  })

  test('a reference that was paid cannot be opened again', async () => {
    const { reference } = await paid()
    expect(await get().gateway.open(order({ reference }))).toMatchObject({
      ok: false,
      error: { code: 'taken' },
    })
  })

  if (abilities.reverses) reversalTests(suite)
}

function reversalTests({ get, paid, ask }: Suite): void {
  test('reports a chargeback', async () => {
    const attempt = await paid()
    await get().move(attempt.reference, 'chargeback')
    expect(await ask(attempt)).toMatchObject({ state: 'chargeback' })
  })

  test('a second payment of one reference has another transaction id', async () => {
    const attempt = await paid()
    const first = (await ask(attempt)) as Known
    await get().payAgain(attempt.reference)
    const second = (await ask(attempt)) as Known
    expect(second.transactionId).not.toBe(first.transactionId)
  })
}

/** Ending a payment before its time, where the gateway can, and never one that was paid. */
export function endingTests({ get, abilities, shape, open, paid, ask }: Suite): void {
  const actions = ['cancel', 'expire'] as const

  test.each(actions)('%s ends a waiting payment, or says that it cannot', async (action) => {
    const attempt = await open()
    await get().choose(attempt.reference)
    const ended = await get().gateway[action](attempt)
    if (!abilities.ends) {
      expect(ended).toMatchObject({ ok: false, error: { code: 'unsupported' } })
      expect(await ask(attempt)).toMatchObject({ state: 'pending' })
      return
    }
    const state = action === 'cancel' ? 'cancelled' : 'expired'
    expect(ended).toMatchObject({ ok: true, value: { state } })
    expect(await ask(attempt)).toMatchObject({ state })
  })

  test.runIf(abilities.ends && shape.shows === 'page').each(actions)(
    '%s of a page that nobody used is fine',
    async (action) => {
      expect(await get().gateway[action](await open())).toMatchObject({ ok: true })
    },
  )

  test.each(actions)('%s never undoes a payment', async (action) => {
    const attempt = await paid()
    expect(await get().gateway[action](attempt)).toMatchObject({
      ok: false,
      error: { code: abilities.ends ? 'refused' : 'unsupported' },
    })
    expect(await ask(attempt)).toMatchObject({ state: 'paid' })
  })

  test.runIf(abilities.ends && shape.shows !== 'page').each(actions)(
    '%s of a payment that failed lets the order go',
    async (action) => {
      const attempt = await open()
      await get().move(attempt.reference, 'failed')
      expect(await get().gateway[action](attempt)).toEqual({ ok: true, value: { state: 'not_found' } })
    },
  )

  test('the probe tells a good secret from a bad one', async () => {
    expect(await get().gateway.probe()).toMatchObject({ ok: true })
    expect(await get().stranger.probe()).toMatchObject({ ok: false })
    expect(await get().unreachable.probe()).toMatchObject({ ok: false })
  })
}

type Refund = (attempt: GatewayAttempt, key: string, amount: number) => Promise<unknown>

/** Giving money back, where the method can, and saying plainly where it cannot. */
export function refundTests(suite: Suite): void {
  const { get, shape, open, paid, ask } = suite
  const refund: Refund = (attempt, key, amount) =>
    get().gateway.refund({ attempt, refundKey: `${attempt.reference}-${key}`, amount, reason: 'Stok habis' })
  if (shape.isRefundable) givingBackTests(suite, refund)

  test.runIf(!shape.isRefundable || shape.isMixed)(
    'what cannot be refunded says so and stays paid',
    async () => {
      const attempt = await paid('not_refundable')
      expect(await refund(attempt, 'r1', AMOUNT)).toMatchObject({ state: 'not_possible' })
      expect(await ask(attempt)).toMatchObject({ state: 'paid', refunds: [] })
    },
  )

  test('an unpaid payment has nothing to give back', async () => {
    expect(await refund(await open(), 'r1', AMOUNT)).toMatchObject({ state: 'not_possible' })
  })
}

function givingBackTests({ get, paid, ask }: Suite, refund: Refund): void {
  test('a full refund is reported with its key', async () => {
    const attempt = await paid()
    expect(await refund(attempt, 'r1', AMOUNT)).toEqual({ state: 'done' })
    expect(await ask(attempt)).toMatchObject({
      state: 'refunded',
      refunds: [{ key: `${attempt.reference}-r1`, amount: AMOUNT }],
    })
  })

  test('partial refunds add up, and repeating a key gives nothing more', async () => {
    const attempt = await paid()
    for (const key of ['r1', 'r1', 'r2', 'r1'])
      expect(await refund(attempt, key, 10_000)).toEqual({ state: 'done' })
    expect(await ask(attempt)).toMatchObject({
      state: 'partially_refunded',
      refunds: [
        { key: `${attempt.reference}-r1`, amount: 10_000 },
        { key: `${attempt.reference}-r2`, amount: 10_000 },
      ],
    })
  })

  test('more than is left is not possible', async () => {
    expect(await refund(await paid(), 'r1', AMOUNT + 1)).toMatchObject({ state: 'not_possible' })
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
      expect(await ask(attempt)).toMatchObject({ refunds: [{ amount: 5_000 }] })
    },
  )
}
