/** How long a browser may reopen its invoice without the link: as long as a complaint is likely. */
const COOKIE_DAYS = 90
const SECONDS_PER_DAY = 86_400

function cookieName(orderNumber: string): string {
  return `lapak_order_${orderNumber}`
}

/** A `Set-Cookie` value that lets this browser reopen one invoice; sent to that invoice's page only. */
export function orderCookie(orderNumber: string, token: string, origin: string): string {
  const attributes = [
    `${cookieName(orderNumber)}=${encodeURIComponent(token)}`,
    `Path=/invoice/${orderNumber}`,
    `Max-Age=${COOKIE_DAYS * SECONDS_PER_DAY}`,
    'HttpOnly',
    'SameSite=Lax',
  ]
  if (origin.startsWith('https:')) attributes.push('Secure')
  return attributes.join('; ')
}

/** The tracking token this browser holds for an order, or undefined. */
export function readOrderCookie(request: Request, orderNumber: string): string | undefined {
  const wanted = `${cookieName(orderNumber)}=`
  const found = (request.headers.get('cookie') ?? '').split(/; */).find((pair) => pair.startsWith(wanted))
  if (!found) return undefined
  try {
    return decodeURIComponent(found.slice(wanted.length))
  } catch {
    return undefined
  }
}
