import { createHash, timingSafeEqual } from 'node:crypto'

/** The fields a signature covers, as they were received: re-formatting an amount changes the hash. */
export type SignedFields = { order_id: string; status_code: string; gross_amount: string }

/** The `signature_key` of a notification: SHA-512 in lower-case hex over the plain concatenation. @see payments.md 1.7 */
export function signatureKey(fields: SignedFields, serverKey: string): string {
  const text = fields.order_id + fields.status_code + fields.gross_amount + serverKey
  return createHash('sha512').update(text).digest('hex')
}

/** Whether a received signature fits; compares in constant time. */
export function isSignedBy(fields: SignedFields, received: string, serverKey: string): boolean {
  const expected = Buffer.from(signatureKey(fields, serverKey))
  const given = Buffer.from(received)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
