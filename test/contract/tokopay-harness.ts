import { startSandboxes } from '../../sandboxes/main.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { PAYMENTS_DEMO } from '../../src/platform/config-payments.ts'
import { orderSignature } from '../../src/providers/tokopay/signature.ts'
import { createTokopayGateway } from '../../src/providers/tokopay/tokopay-gateway.ts'
import { changed, unusedOrigin, type Fields } from './gateway-sandbox.ts'
import type { GatewayHarness } from './payment-gateway-harness.ts'

const MERCHANT_ID = PAYMENTS_DEMO.tokopayMerchantId
const SECRET = PAYMENTS_DEMO.tokopaySecret
const METHOD_OF = { open: 'POST', ask: 'GET' } as const

/** A Tokopay sandbox that sends its messages nowhere, with adapters that talk to it. */
export async function startTokopay(): Promise<GatewayHarness> {
  const nobody = await unusedOrigin()
  const sandboxes = await startSandboxes({ port: 0, only: ['tokopay'], appUrl: nobody })
  const url = sandboxes.urls['tokopay'] ?? ''
  const adapter = (secret: string, apiUrl = url) =>
    createTokopayGateway({ merchantId: MERCHANT_ID, secret, apiUrl, clock: systemClock })
  async function control(route: string, body: unknown): Promise<void> {
    const response = await fetch(`${url}/_sandbox/${route}`, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${route}: ${await response.text()}`)
  }
  return {
    gateway: adapter(SECRET),
    stranger: adapter('a-secret-of-somebody-else'),
    unreachable: adapter(SECRET, nobody),
    withSecret: (secret) => adapter(secret),
    surcharge: () => control('config', { feeMode: 'buyer' }),
    choose: async () => undefined,
    pay: (reference, { amount } = {}) =>
      control('pay', { ref_id: reference, ...(amount === undefined ? {} : { amount }) }),
    payAgain: () => Promise.reject(new Error('a bill is paid once')),
    move: (reference, to) =>
      to === 'expired'
        ? control('expire', { ref_id: reference })
        : control('status', { ref_id: reference, status: to }),
    breakNext: (calls, fault) =>
      calls === 'refund'
        ? Promise.reject(new Error('there are no refunds'))
        : control('faults', { match: { method: METHOD_OF[calls], path: '/v1/order' }, fault, times: 1 }),
    async message(reference) {
      const response = await fetch(`${url}/_sandbox/webhooks`)
      const { webhooks } = (await response.json()) as { webhooks: { body: Fields }[] }
      const newest = webhooks.findLast(({ body }) => body['reff_id'] === reference)
      return { body: Buffer.from(JSON.stringify(newest?.body)), headers: new Headers() }
    },
    attacks: {
      unsigned: (message) => changed(message, ({ signature: _, ...rest }) => rest),
      signedWithAnotherKey: (message) =>
        changed(message, (fields) => ({
          ...fields,
          signature: orderSignature({ merchantId: MERCHANT_ID, secret: 'guess' }, String(fields['reff_id'])),
        })),
      withAnotherAmount: (message) => withData(message, { total_dibayar: 25_001 }),
      ofAnotherMerchant: (message) => withData(message, { merchant_id: 'M999999SOMEONE' }),
      ofAnotherOrder: (message) =>
        changed(message, (fields) => ({ ...fields, reff_id: 'LP-SOMEBODYELSE-1' })),
    },
    reset: () => control('reset', {}),
    stop: () => sandboxes.stop(),
  }
}

function withData(message: Parameters<typeof changed>[0], data: Fields): ReturnType<typeof changed> {
  return changed(message, (fields) => ({ ...fields, data: { ...(fields['data'] as Fields), ...data } }))
}
