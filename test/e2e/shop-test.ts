import { randomUUID } from 'node:crypto'
import { test as base, expect, type Page } from '@playwright/test'
import { DEMO } from '../../src/platform/config.ts'

const SANDBOX_PORT = Number(process.env['LAPAK_E2E_SANDBOX_PORT'] ?? '4900')

/** Where the simulators listen. */
export const MIDTRANS = `http://127.0.0.1:${SANDBOX_PORT + 1}`
export const TOKOPAY = `http://127.0.0.1:${SANDBOX_PORT + 2}`
export const DIGIFLAZZ = `http://127.0.0.1:${SANDBOX_PORT + 4}`
export const INVITES = `http://127.0.0.1:${SANDBOX_PORT + 10}`
export const VIP = `http://127.0.0.1:${SANDBOX_PORT + 3}`

type Options = {
  /** What this test makes a browser complain about on purpose. */
  expectedNoise: RegExp[]
}

/**
 * A test whose pages are watched: errors in the console, broken content policy and requests to anybody but the shop
 * and its payment page fail it.
 */
export const test = base.extend<Options & { watch: undefined }>({
  expectedNoise: [[], { option: true }],
  watch: [
    async ({ context, baseURL, expectedNoise }, use) => {
      const complaints: string[] = []
      const known = [baseURL ?? '', MIDTRANS, 'data:', 'blob:', 'about:']
      context.on('console', (message) => {
        // The payment page is not ours to mend.
        if (message.location().url.startsWith(MIDTRANS)) return
        if (message.type() === 'error') complaints.push(`${message.text()} ${message.location().url}`)
      })
      context.on('weberror', (error) => complaints.push(String(error.error())))
      context.on('request', (request) => {
        if (!known.some((origin) => request.url().startsWith(origin)))
          complaints.push(`foreign request: ${request.url()}`)
      })
      await use(undefined)
      expect(complaints.filter((text) => !expectedNoise.some((noise) => noise.test(text)))).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }

/** Posts JSON to a control route of a simulator. */
export async function control(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return await response.json()
}

/** Pulls a supplier's catalogue, waiting for a run of somebody else to end first. */
export async function syncCatalogue(page: Page, supplier = 'vip-reseller'): Promise<void> {
  await expect(async () => {
    const answer = await page.request.post(`/api/services?action=sync&connection=${supplier}`, {
      headers: { authorization: `Bearer ${DEMO.adminApiToken}` },
    })
    expect(answer.status()).toBe(200)
  }).toPass()
}

/** An unpaid order made without a browser, for tests about what comes after. */
export type MadeOrder = {
  orderNumber: string
  trackingToken: string
  payment: { reference: string; redirectUrl: string }
}

/** Orders one piece by the API. */
export async function makeOrder(
  page: Page,
  sku: string,
  input: Record<string, string> = {},
  locale: 'id' | 'en' = 'id',
  paymentMethod = 'midtrans',
): Promise<MadeOrder> {
  const answer = await page.request.post('/api/orders/create', {
    headers: { 'idempotency-key': randomUUID() },
    data: {
      items: [{ sku, quantity: 1, input }],
      customer: { name: 'Sari Dewi', email: 'sari@example.com', phone: '081234567890' },
      paymentMethod,
      locale,
    },
  })
  expect(answer.status()).toBe(201)
  return (await answer.json()) as MadeOrder
}

/** Pays an order at the gateway without a browser; its notification follows by itself. */
export async function payAtGateway(order: MadeOrder, paymentType = 'gopay'): Promise<void> {
  await control(`${MIDTRANS}/_sandbox/pay`, {
    order_id: order.payment.reference,
    payment_type: paymentType,
  })
}

/** Pays the order's `attempt`-th payment where its method is paid, for less or more if `amount` is given. */
export async function payBy(
  orderNumber: string,
  method: string,
  { attempt = 1, amount }: { attempt?: number; amount?: number } = {},
): Promise<void> {
  const reference = `${orderNumber}-${attempt}`
  if (method.startsWith('tokopay')) {
    await control(`${TOKOPAY}/_sandbox/pay`, {
      ref_id: reference,
      ...(amount === undefined ? {} : { amount }),
    })
    return
  }
  const types: Record<string, string> = { midtrans_qris: 'qris', midtrans_bca_va: 'bca_va' }
  await control(`${MIDTRANS}/_sandbox/pay`, {
    order_id: reference,
    payment_type: types[method] ?? 'gopay',
    ...(amount === undefined ? {} : { gross_amount: amount }),
  })
}
