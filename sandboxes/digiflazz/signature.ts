import { createHash, createHmac } from 'node:crypto'

/** Returns the `sign` of a call: `depo`, `pricelist`, a `ref_id` or a `customer_no` close the text. @see suppliers.md 2.1 */
export function requestSignature(username: string, apiKey: string, suffix: string): string {
  return createHash('md5').update(`${username}${apiKey}${suffix}`).digest('hex')
}

/** Returns the `X-Hub-Signature` over the exact bytes of a webhook. @see suppliers.md 2.7 */
export function webhookSignature(secret: string, body: string): string {
  return `sha1=${createHmac('sha1', secret).update(body).digest('hex')}`
}
