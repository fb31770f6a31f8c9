import { signatureKey } from '../../src/providers/midtrans/signature.ts'
import { eventually } from './eventually.ts'
import type { TestShop } from './test-shop.ts'

/** A gateway's notification, field by field, as its body says. */
export type Notification = Record<string, string>

/** The server key of the demo merchant, which signs the simulator's notifications. */
const DEMO_SERVER_KEY = 'SB-Mid-server-lapak-demo'

/** The newest notification that the simulator made about a payment, delivered or not. */
export async function newestNotification(
  shop: Pick<TestShop, 'sandboxes'>,
  reference: string,
): Promise<Notification> {
  return await eventually('a notification', async () => {
    const response = await fetch(`${shop.sandboxes['midtrans']}/_sandbox/webhooks`)
    const { webhooks } = (await response.json()) as { webhooks: { body: Notification }[] }
    return webhooks.findLast(({ body }) => body['order_id'] === reference)?.body
  })
}

/** The same with other fields and a signature that fits them. */
export function signedAgain(
  notification: Notification,
  change: Notification,
  serverKey: string = DEMO_SERVER_KEY,
): Notification {
  const fields = { ...notification, ...change }
  const { order_id = '', status_code = '', gross_amount = '' } = fields
  return { ...fields, signature_key: signatureKey({ order_id, status_code, gross_amount }, serverKey) }
}

/** Posts a webhook as a provider does; the status of the answer. */
export async function postWebhook(
  origin: string,
  body: Notification | string | Buffer,
  options: { provider?: string; headers?: Record<string, string> } = {},
): Promise<number> {
  const response = await fetch(`${origin}/api/webhooks/${options.provider ?? 'midtrans'}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...options.headers },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  })
  await response.arrayBuffer()
  return response.status
}
