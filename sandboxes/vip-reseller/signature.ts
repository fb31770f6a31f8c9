import { createHash } from 'node:crypto'

/** Returns the constant `sign` of an account: lower-case hex MD5 of id then key. @see suppliers.md 1.1, 6 */
export function accountSignature(apiId: string, apiKey: string): string {
  return createHash('md5')
    .update(apiId + apiKey)
    .digest('hex')
}
