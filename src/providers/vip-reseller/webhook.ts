import * as z from 'zod'
import { parseJson } from '../../platform/http-client.ts'
import { equalInConstantTime } from '../../platform/sealing.ts'
import { err, ok, type Result } from '../../shared/result.ts'
import { joinEndpoint } from './prepaid-code.ts'
import { wireText } from './wire-amount.ts'

const SIGNATURE_HEADER = 'x-client-signature'

/** Only prepaid orders name their product code. @see suppliers.md 1.4 */
const row = z.object({
  trxid: wireText.pipe(z.string().trim().min(1)),
  status: z.string(),
  code: z.unknown().optional(),
})
const message = z.object({
  data: z.union([
    row,
    z
      .array(row)
      .min(1)
      .transform((rows) => rows[0]),
  ]),
})

/**
 * Reads a status message. The header proves knowledge of a constant only and does not cover the body, so the
 * answer is a hint which order to look up. @see suppliers.md 1.9
 */
export function readVipMessage(
  sign: string,
  rawBody: Buffer,
  headers: Headers,
): Result<{ supplierRef: string; claimedState: string }, { code: 'forged' | 'malformed' }> {
  const claimed = headers.get(SIGNATURE_HEADER)
  if (claimed === null || !equalInConstantTime(claimed, sign)) return err({ code: 'forged' })
  const parsed = message.safeParse(parseJson(rawBody) ?? readForm(rawBody))
  const found = parsed.success ? parsed.data.data : undefined
  if (found === undefined) return err({ code: 'malformed' })
  const endpoint = found.code === undefined || found.code === null ? 'game-feature' : 'prepaid'
  return ok({ supplierRef: joinEndpoint(endpoint, found.trxid), claimedState: found.status })
}

/** One client of the supplier reports form encoding: `data` as JSON text, or its fields flat or in brackets. */
function readForm(rawBody: Buffer): unknown {
  const form = new URLSearchParams(rawBody.toString('utf8'))
  const nested = form.get('data')
  if (nested !== null && nested.startsWith('{')) return { data: parseJson(Buffer.from(nested)) }
  const pick = (name: string): string | undefined =>
    form.get(`data[${name}]`) ?? form.get(`data[0][${name}]`) ?? form.get(name) ?? undefined
  return { data: { trxid: pick('trxid'), status: pick('status'), code: pick('code') } }
}
