import { createHash, createHmac } from 'node:crypto'
import type { KeyRing } from '#platform/sealing.ts'

/** 160 bits: nobody guesses one, and it still fits a line of a chat message. */
const TOKEN_BYTES = 20

/**
 * The token that lets its holder see an order. Derived from the order's id with a key, so that it need not be stored
 * to be shown again; a higher version revokes the earlier ones.
 */
export function trackingToken(keys: KeyRing, orderId: string, version: number): string {
  return createHmac('sha256', keys.tracking)
    .update(`${orderId}|${version}`)
    .digest()
    .subarray(0, TOKEN_BYTES)
    .toString('base64url')
}

/** What the database stores of a token. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** True for text that has the form of a tracking token. */
export function isTrackingToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{27}$/.test(text)
}
