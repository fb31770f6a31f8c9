import { createHmac } from 'node:crypto'
import * as z from 'zod'
import type { SupplierMessage } from '../../fulfilment/ports.ts'
import { parseJson } from '../../platform/http-client.ts'
import { equalInConstantTime } from '../../platform/sealing.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { wireText } from './wire-amount.ts'

const SIGNATURE_HEADER = 'x-hub-signature'

const update = z.object({
  data: z.object({
    ref_id: wireText.pipe(z.string().trim().min(1).max(64)),
    status: z.string().catch(''),
    rc: wireText.catch(''),
  }),
})
/** A test of the address: it carries the secret in plain sight, so nothing of it is kept or logged. */
const ping = z.object({ sed: z.unknown(), hook_id: z.unknown() })

/**
 * Reads a status message signed over its exact bytes; without a secret on our side every message is forged. A ping is
 * a message about no purchase. The delivery header proves nothing. @see suppliers.md 2.7
 */
export function readDigiflazzMessage(
  secret: string | null,
  rawBody: Buffer,
  headers: Headers,
): Result<SupplierMessage, { code: 'forged' | 'malformed' }> {
  const claimed = headers.get(SIGNATURE_HEADER)
  if (secret === null || secret === '' || claimed === null) return err({ code: 'forged' })
  const expected = `sha1=${createHmac('sha1', secret).update(rawBody).digest('hex')}`
  if (!equalInConstantTime(claimed, expected)) return err({ code: 'forged' })
  const body = parseJson(rawBody)
  const parsed = update.safeParse(body)
  if (parsed.success) {
    const { ref_id: reference, status, rc } = parsed.data.data
    return ok({ reference, claimedState: rc === REVERSED ? 'reversed' : status.toLowerCase() })
  }
  return ping.safeParse(body).success ? ok({ claimedState: 'ping' }) : err({ code: 'malformed' })
}

/** Money returned for a transaction that may have succeeded before. @see suppliers.md 2.6 */
const REVERSED = '74'
