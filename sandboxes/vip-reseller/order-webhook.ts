import { orderFields } from './order-fields.ts'
import { accountSignature } from './signature.ts'
import type { Vip, VipOrder } from './vip-state.ts'

/** Sends the order's present state to the configured URL. @see suppliers.md 1.9 */
export function sendOrderWebhook(vip: Vip, order: VipOrder): void {
  const { settings, apiId, apiKey } = vip
  if (settings.webhookUrl === '') return
  const isArray =
    settings.arrayWebhooks === 'all' || (settings.arrayWebhooks === 'prepaid' && order.endpoint === 'prepaid')
  const data = orderFields(vip, order)
  vip.sender.send({
    key: order.trxid,
    url: settings.webhookUrl,
    headers: {
      'Content-Type': 'application/json',
      'X-Client-Signature': settings.wrongSignature
        ? accountSignature(apiKey, apiId)
        : accountSignature(apiId, apiKey),
    },
    body: JSON.stringify({ data: isArray ? [data] : data }),
  })
}
