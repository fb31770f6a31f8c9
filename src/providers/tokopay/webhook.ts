import { createHash } from 'node:crypto'
import * as z from 'zod'
import { parseJson } from '../../platform/http-client.ts'
import type { GatewayMessage } from '../../payments/ports.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { isSignedBy, type Credentials } from './signature.ts'

/** A message has about a kilobyte; the inbox keeps no more than this. */
const MAX_BODY_BYTES = 65_536

const messageSchema = z.object({
  reff_id: z.string().min(1).max(50),
  /** A hint of which types vary: text, numbers and booleans were seen. @see payments.md 8.30 */
  status: z.union([z.string().max(50), z.number(), z.boolean()]).transform(String),
  signature: z.string().min(1),
  data: z.object({ merchant_id: z.string().min(1) }),
})

/**
 * The message in a webhook body. Its signature covers the reference only and is the same for ever, so state and
 * amount are hints: whoever has seen one message could write the next. Duplicates are told by their bytes: nobody
 * can occupy the place of a message to come. @see payments.md 2.8
 */
export function readWebhook(
  rawBody: Buffer,
  credentials: Credentials,
): Result<GatewayMessage, { code: 'forged' | 'malformed'; detail: string }> {
  if (rawBody.length > MAX_BODY_BYTES) return err({ code: 'malformed', detail: 'body too large' })
  const body = parseJson(rawBody)
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return err({ code: 'malformed', detail: 'not a JSON object' })
  if (!('signature' in body)) return err({ code: 'forged', detail: 'no signature' })
  const parsed = messageSchema.safeParse(body)
  if (!parsed.success) return err({ code: 'malformed', detail: 'not a message about a bill' })
  const { reff_id: reference, status, signature, data } = parsed.data
  if (!isSignedBy(credentials, reference, signature))
    return err({ code: 'forged', detail: 'wrong signature' })
  if (data.merchant_id !== credentials.merchantId) return err({ code: 'forged', detail: 'another merchant' })
  return ok({
    reference,
    dedupe: createHash('sha256').update(rawBody).digest('hex'),
    claimedState: status.toLowerCase(),
  })
}
