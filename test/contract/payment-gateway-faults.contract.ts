import { expect, test } from 'vitest'
import { attemptOf, openedAttempt } from './payment-gateway-harness.ts'
import type { Suite } from './payment-gateway-suite.ts'

/** What goes wrong on the way, and what may be concluded from it: nothing that the gateway did not say. */
export function faultTests(suite: Suite): void {
  const { get, abilities, order, paid, ask } = suite

  test('nobody listening: nothing was opened, nothing learned', async () => {
    const { unreachable } = get()
    const unavailable = { ok: false, error: { code: 'unavailable' } }
    expect(await unreachable.open(order())).toMatchObject(unavailable)
    expect(await unreachable.ask(await paid())).toMatchObject(unavailable)
    expect(await unreachable.cancel(attemptOf(order()))).toMatchObject({
      ok: false,
      error: { code: abilities.ends ? 'unavailable' : 'unsupported' },
    })
  })

  test("another merchant's secret opens nothing and learns nothing", async () => {
    const attempt = await paid()
    expect(await get().stranger.open(order())).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(await get().stranger.ask(attempt)).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  })

  openingFaults(suite)

  test.each(['http_500', 'http_429', 'html', 'truncate', 'empty', 'reset'] as const)(
    'asking with %s says nothing about the payment',
    async (fault) => {
      const attempt = await paid()
      await get().breakNext('ask', fault)
      expect(await get().gateway.ask(attempt)).toMatchObject({ ok: false, error: { code: 'unavailable' } })
      expect(await ask(attempt)).toMatchObject({ state: 'paid' })
    },
  )
}

function openingFaults({ get, order, ask, shape }: Suite): void {
  test.each(['http_500', 'http_429', 'html'] as const)(
    'opening with %s: nothing was opened that the buyer could see',
    async (fault) => {
      const wanted = order()
      await get().breakNext('open', fault)
      const code = shape.isPushed === true && fault !== 'http_429' ? 'unknown' : 'unavailable'
      expect(await get().gateway.open(wanted)).toMatchObject({ ok: false, error: { code } })
      expect(await get().gateway.open(wanted)).toMatchObject({ ok: true })
    },
  )

  test.each(['truncate', 'empty', 'reset', 'timeout_after'] as const)(
    'opening with %s: shown all the same, or unknown; opening again shows it, and it is paid once',
    async (fault) => {
      const wanted = order()
      await get().breakNext('open', fault)
      const lost = await get().gateway.open(wanted)
      if (!lost.ok) {
        expect(lost.error.code).toBe('unknown')
        expect(['not_found', 'pending']).toContain((await ask(attemptOf(wanted))).state)
      }
      const shown = lost.ok ? lost : await get().gateway.open(wanted)
      if (!shown.ok) throw new Error(shown.error.detail)
      await get().pay(wanted.reference)
      expect(await ask(openedAttempt(wanted, shown.value))).toMatchObject({ state: 'paid' })
    },
  )
}
