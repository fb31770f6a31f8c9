import { createHash } from 'node:crypto'

/** Returns the md5 over the parts joined by colons, in lower-case hex. @see payments.md 2.7 */
export function sign(...parts: string[]): string {
  return createHash('md5').update(parts.join(':')).digest('hex')
}
