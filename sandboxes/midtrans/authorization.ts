import type { Context } from 'hono'
import type { Midtrans } from './midtrans-state.ts'

/** Returns whether the request carries Basic auth with the server key and an empty password. */
export function isAuthorized(midtrans: Midtrans, c: Context): boolean {
  const match = /^Basic\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')
  return (
    match?.[1] !== undefined && Buffer.from(match[1], 'base64').toString('utf8') === `${midtrans.serverKey}:`
  )
}

/** Returns the notification URLs a request names; at most three each. @see payments.md 1.1 */
export function notificationUrlsOf(c: Context): { override: string[]; append: string[] } {
  return {
    override: splitUrls(c.req.header('x-override-notification')),
    append: splitUrls(c.req.header('x-append-notification')),
  }
}

function splitUrls(header: string | undefined): string[] {
  const limit = 3
  const urls = (header ?? '').split(',').map((url) => url.trim())
  return urls.filter((url) => url !== '').slice(0, limit)
}
