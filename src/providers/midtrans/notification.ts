import { createHash } from 'node:crypto'
import * as z from 'zod'
import { parseJson } from '../../platform/http-client.ts'
import type { GatewayMessage } from '../../payments/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { isSignedBy } from './signature.ts'

/** A notification has a few kilobytes; the inbox keeps no more than this. */
const MAX_BODY_BYTES = 65_536

/** The fields that identify and sign a notification. Numbers are refused: the hash covers strings as sent. */
const notificationSchema = z.object({
  order_id: z.string().min(1).max(50),
  status_code: z.string().min(1),
  gross_amount: z.string().min(1),
  signature_key: z.string().min(1),
  transaction_status: z.string().min(1),
  transaction_id: z.string().min(1),
  merchant_id: z.string().optional(),
})

type Refusal = { code: 'forged' | 'malformed'; detail: string }

/**
 * The message in a notification body. The signature covers order id, status code and amount only, so the state it
 * claims is a hint. Duplicates are recognized by their bytes: nobody can occupy the place of a message to come.
 * @see payments.md 1.6, 1.7
 */
export function readNotification(
  rawBody: Buffer,
  { serverKey, merchantId }: { serverKey: string; merchantId?: string },
): Result<GatewayMessage, Refusal> {
  if (rawBody.length > MAX_BODY_BYTES) return err({ code: 'malformed', detail: 'body too large' })
  const body = parseJson(rawBody)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return err({ code: 'malformed', detail: 'not a JSON object' })
  }
  if (!('signature_key' in body)) return err({ code: 'forged', detail: 'no signature' })
  const parsed = notificationSchema.safeParse(body)
  if (!parsed.success) return err({ code: 'malformed', detail: 'not a notification' })
  const notification = parsed.data
  if (!isSignedBy(notification, notification.signature_key, serverKey)) {
    return err({ code: 'forged', detail: 'wrong signature' })
  }
  if (
    merchantId !== undefined &&
    notification.merchant_id !== undefined &&
    notification.merchant_id !== merchantId
  ) {
    return err({ code: 'forged', detail: 'another merchant' })
  }
  return ok({
    reference: notification.order_id,
    dedupe: createHash('sha256').update(rawBody).digest('hex'),
    claimedState: notification.transaction_status.toLowerCase(),
  })
}
