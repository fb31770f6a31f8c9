import type { Digiflazz, Transaction } from './digiflazz-state.ts'
import { webhookSignature } from './signature.ts'

/** Returns the transaction's fields as answers and webhooks show them. */
export function transactionFields(transaction: Transaction): Record<string, unknown> {
  return {
    ref_id: transaction.refId,
    customer_no: transaction.customer,
    buyer_sku_code: transaction.code,
    message: transaction.message,
    status: transaction.status,
    rc: transaction.rc,
    sn: transaction.sn,
    buyer_last_saldo: transaction.balanceAfter,
    price: transaction.price,
    ...transaction.bill,
  }
}

/** Sends the transaction's present state to its own or the configured URL. @see suppliers.md 2.7 */
export function sendWebhook(df: Digiflazz, transaction: Transaction, event: 'create' | 'update'): void {
  const agent = transaction.isPostpaid ? 'Digiflazz-Pasca-Hookshot' : 'Digiflazz-Hookshot'
  post(df, {
    key: transaction.refId,
    url: transaction.callbackUrl || df.settings.webhookUrl,
    event,
    agent,
    body: { data: transactionFields(transaction) },
  })
}

/** Sends the ping of a hook: no `data`, and the secret in plain sight. */
export function sendPing(df: Digiflazz, hookId: string): void {
  const { webhookUrl: url, webhookSecret: secret } = df.settings
  const hook = { url, secret, type: 'json', status: 1 }
  post(df, {
    key: `ping-${hookId}`,
    url,
    event: 'create',
    agent: 'Digiflazz-Hookshot',
    body: { sed: 'ping', hook_id: hookId, hook },
  })
}

function post(
  df: Digiflazz,
  message: { key: string; url: string; event: string; agent: string; body: unknown },
): void {
  const { settings, context } = df
  if (message.url === '') return
  const text = JSON.stringify(message.body)
  const body = settings.escapeSlashes ? text.replaceAll('/', '\\/') : text
  const secret = settings.wrongSignature ? `${settings.webhookSecret}?` : settings.webhookSecret
  df.sender.send({
    key: message.key,
    url: message.url,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': message.agent,
      'X-Digiflazz-Event': message.event,
      ...(settings.webhookSecret === '' ? {} : { 'X-Hub-Signature': webhookSignature(secret, body) }),
      ...(settings.deliveryHeader ? { 'X-Digiflazz-Delivery': context.random.uuid() } : {}),
    },
    body,
  })
}
