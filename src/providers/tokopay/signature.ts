import { createHash, timingSafeEqual } from 'node:crypto'

/** What Tokopay signs with; the secret is shared, so a signature proves only that its maker knows it. */
export type Credentials = { merchantId: string; secret: string }

/**
 * The signature of an order and of every message about it: md5 in lower-case hex over merchant, secret and reference.
 * It covers neither amount nor state, and is the same for ever. @see payments.md 2.7
 */
export function orderSignature({ merchantId, secret }: Credentials, reference: string): string {
  return md5(`${merchantId}:${secret}:${reference}`)
}

/** The signature of a question about the account. @see payments.md 2.7 */
export function accountSignature({ merchantId, secret }: Credentials): string {
  return md5(`${merchantId}:${secret}`)
}

/** Whether a received signature fits a reference; compares in constant time. */
export function isSignedBy(credentials: Credentials, reference: string, received: string): boolean {
  const expected = Buffer.from(orderSignature(credentials, reference))
  const given = Buffer.from(received)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex')
}
