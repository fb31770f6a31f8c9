import { createHash } from 'node:crypto'

/**
 * Returns the `signature_key` of a notification: SHA-512 over the four strings as sent, in lower-case hex.
 * @see payments.md 1.7
 */
export function signatureKey(parts: {
  orderId: string
  statusCode: string
  grossAmount: string
  serverKey: string
}): string {
  const text = parts.orderId + parts.statusCode + parts.grossAmount + parts.serverKey
  return createHash('sha512').update(text).digest('hex')
}
