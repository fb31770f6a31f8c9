import { receivedOf, type Bill } from './bill.ts'
import { sign } from './signature.ts'
import type { Tokopay } from './tokopay-state.ts'

const JAKARTA_OFFSET_MS = 7 * 3_600_000

/** Reports the bill's present state; the signature is the same for every state of it. @see payments.md 2.8 */
export function sendWebhook(tokopay: Tokopay, bill: Bill): void {
  const { settings, merchantId } = tokopay
  if (settings.notificationUrl === '') return
  tokopay.sender.send({
    key: bill.refId,
    url: settings.notificationUrl,
    headers: {
      'Content-Type': 'application/json',
      ...(settings.senderAddress === '' ? {} : { 'X-Forwarded-For': settings.senderAddress }),
    },
    body: JSON.stringify({
      reference: bill.trxId,
      reff_id: bill.refId,
      status: bill.status,
      signature: sign(merchantId, settings.wrongSignature ? 'wrong' : tokopay.secret, bill.refId),
      data: {
        merchant_id: merchantId,
        payment_channel: bill.channel.code,
        customer_name: bill.customer.name,
        customer_email: bill.customer.email,
        customer_phone: bill.customer.phone,
        total_dibayar: bill.paid ?? bill.asked,
        total_diterima: receivedOf(bill),
        created_at: formatTime(bill.createdAt),
        updated_at: formatTime(bill.updatedAt),
      },
    }),
  })
}

/** Western Indonesian time without a zone, the way the samples look. */
function formatTime(time: Date): string {
  return new Date(time.getTime() + JAKARTA_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}
