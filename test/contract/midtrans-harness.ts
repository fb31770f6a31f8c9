import { startSandboxes } from '../../sandboxes/main.ts'
import { createMidtransGateway } from '../../src/providers/midtrans/midtrans-gateway.ts'
import { signatureKey } from '../../src/providers/midtrans/signature.ts'
import { changed, unusedOrigin, type Fields } from './gateway-sandbox.ts'
import type { GatewayHarness } from './payment-gateway-harness.ts'

const SERVER_KEY = 'SB-Mid-server-lapak-demo'
const MERCHANT_ID = 'G000000000'

const PATHS = {
  open: ['/snap/v1/transactions', '/v2/charge'],
  ask: ['*/status'],
  refund: ['*/refund'],
}
const STATUS = { failed: 'deny', cancelled: 'cancel', expired: 'expire', chargeback: 'chargeback' }
const METHODS = { refundable: 'gopay', not_refundable: 'bca_va' }

/** A Midtrans sandbox that sends its messages nowhere, with adapters that talk to it. */
export async function startMidtrans(): Promise<GatewayHarness> {
  const nobody = await unusedOrigin()
  const sandboxes = await startSandboxes({ port: 0, only: ['midtrans'], appUrl: nobody })
  const url = sandboxes.urls['midtrans'] ?? ''
  const adapter = (serverKey: string, origin = url) =>
    createMidtransGateway({
      serverKey,
      snapUrl: `${origin}/snap/v1`,
      apiUrl: origin,
      merchantId: MERCHANT_ID,
    })
  async function control(route: string, body: unknown): Promise<void> {
    const response = await fetch(`${url}/_sandbox/${route}`, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${route}: ${await response.text()}`)
  }
  return {
    gateway: adapter(SERVER_KEY),
    stranger: adapter('SB-Mid-server-of-somebody-else'),
    unreachable: adapter(SERVER_KEY, nobody),
    withSecret: (secret) => adapter(secret),
    choose: (reference) => control('transition', { order_id: reference, transaction_status: 'pending' }),
    pay: (reference, { amount, method = 'refundable' } = {}) =>
      control('pay', {
        order_id: reference,
        payment_type: METHODS[method],
        ...(amount === undefined ? {} : { gross_amount: amount }),
      }),
    payAgain: (reference) => control('pay', { order_id: reference, second_transaction: true }),
    move: (reference, to) =>
      to === 'review'
        ? control('transition', {
            order_id: reference,
            transaction_status: 'capture',
            fraud_status: 'challenge',
          })
        : control('transition', { order_id: reference, transaction_status: STATUS[to] }),
    breakNext: (calls, fault) =>
      control(
        'faults',
        PATHS[calls].map((path) => ({ match: { path }, fault, times: 1 })),
      ),
    async message(reference) {
      const response = await fetch(`${url}/_sandbox/webhooks`)
      const { webhooks } = (await response.json()) as { webhooks: { body: Fields }[] }
      const newest = webhooks.findLast(({ body }) => body['order_id'] === reference)
      return {
        body: Buffer.from(JSON.stringify(newest?.body)),
        headers: new Headers({ 'user-agent': 'Veritrans' }),
      }
    },
    attacks: {
      unsigned: (message) => changed(message, ({ signature_key: _, ...rest }) => rest),
      signedWithAnotherKey: (message) =>
        changed(message, (fields) => ({
          ...fields,
          signature_key: signatureKey(fields as never, 'SB-Mid-server-guess'),
        })),
      withAnotherAmount: (message) => changed(message, (fields) => ({ ...fields, gross_amount: '25001.00' })),
      ofAnotherMerchant: (message) =>
        changed(message, (fields) => ({ ...fields, merchant_id: 'G999999999' })),
      ofAnotherOrder: (message) =>
        changed(message, (fields) => ({ ...fields, order_id: 'LP-SOMEBODYELSE-1' })),
    },
    reset: () => control('reset', {}),
    stop: () => sandboxes.stop(),
  }
}
